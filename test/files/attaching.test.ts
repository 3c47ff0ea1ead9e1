import { describe, expect, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { world } from '../world.ts'
import { filesBelow, MB } from './door.ts'

const { as, stranger, sql, plaindesk, url, mailTo } = await world()
const send = /^(Send comment|Kommentar senden)$/
const png = Buffer.concat([
  Buffer.from(`89504e470d0a1a0a0000000d49484452${'00'.repeat(17)}0001000049444154`, 'hex'),
  Buffer.alloc(3_000, 7),
])

async function ticket(browser: Browser = as('ann')): Promise<number> {
  const { data } = await browser.graphql(
    'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } } }',
    { input: { subject: 'With files', message: 'See the picture.' } },
  )
  return data.createTicket.ticket.number
}

const commentForm = async (number: number, browser = as('ann')) =>
  (await browser.visit(`/tickets/${number}`)).form(send)
const stored = () => filesBelow(new URL(plaindesk.config.storageUrl).pathname)

describe('files on a ticket', () => {
  test('V5 H16: files alone are a comment; whoever reads the ticket downloads them', async () => {
    const number = await ticket()
    const form = await commentForm(number)
    const page = await form
      .attach('attachments', { filename: 'Bild größe.png', content: png })
      .attach('attachments', { filename: 'log.txt', content: 'line 1\nline 2' })
      .submit()
    expect(page.status).toBe(200)
    const picture = page.link('Bild größe.png')
    for (const browser of [as('ann'), as('dana'), as('sam')]) {
      const answer = await browser.raw('GET', new URL(picture).pathname)
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toBe('image/png')
      expect(answer.headers['content-security-policy']).toContain('sandbox')
      expect(answer.headers['cache-control']).toContain('private, no-cache')
      expect(answer.body).toEqual(png)
    }
    const part = await as('ann').raw('GET', new URL(page.link('log.txt')).pathname, { range: 'bytes=0-3' })
    expect([part.status, part.body.toString()]).toEqual([206, 'line'])
  })

  test('H16, §7: a file of the team’s answer arrives with the mail, byte for byte, an internal note’s does not', async () => {
    const number = await ticket()
    const desk = await as('dana').visit(`/agent/tickets/${number}`)
    await desk.form('Add note').attach('attachments', { filename: 'secret.txt', content: 'for us only' }).submit()
    const answer = desk.form('Send answer').fill({ message: 'Print this one.' })
    await answer.attach('attachments', { filename: 'Bild größe.png', content: png }).submit()
    const { parsed, content } = await mailTo('ann@acme.example', new RegExp(`#${number}[^]*Print this one`))
    expect(parsed.attachments.map(({ filename, content: bytes }) => [filename, bytes])).toEqual([
      ['Bild größe.png', png],
    ])
    expect(content).not.toContain('secret')
  })

  test('quality, Safety: others get what they get for a file that does not exist', async () => {
    const number = await ticket()
    const page = await (await commentForm(number))
      .attach('attachments', { filename: 'a.txt', content: 'secret' })
      .submit()
    const { pathname } = new URL(page.link('a.txt'))
    const none = pathname.replace(/[0-9a-f]{12}\//, '000000000000/')
    for (const browser of [as('bo'), as('eve')]) {
      await browser.ready()
      const answers = await Promise.all([pathname, none, '/attachments/x/y'].map(path => browser.raw('GET', path)))
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
      const [theirs, missing] = answers.map(({ body }) => body.toString().replace(/value="[^"]*"/g, ''))
      expect(theirs).toBe(missing)
    }
    expect((await as('cem').raw('GET', pathname)).status).toBe(403)
    const answer = await stranger().raw('GET', pathname)
    expect([answer.status, answer.headers.location]).toEqual([303, `/login?next=${encodeURIComponent(pathname)}`])
  })

  test('§9: a file of 26 MB is refused by name and limit, the message is kept, nothing is stored', async () => {
    const number = await ticket()
    const before = (await stored()).length
    const page = await (await commentForm(number))
      .fill({ message: 'The picture is attached.' })
      .attach('attachments', { filename: 'small.txt', content: 'small' })
      .attach('attachments', { filename: 'big.bin', content: Buffer.alloc(26 * MB) })
      .submit()
    expect(page.status).toBe(422)
    expect(page.text).toContain('big.bin')
    expect(page.text).toContain('25 MB')
    expect(page.form(send).value('message')).toBe('The picture is attached.')
    expect((await stored()).length).toBe(before)
  })

  test('§9: a forged form stores nothing and keeps the text', async () => {
    const number = await ticket()
    const before = (await stored()).length
    const page = await (await commentForm(number))
      .fill({ message: 'Typed with care.' })
      .attach('attachments', { filename: 'a.txt', content: 'a' })
      .smuggle({ _csrf: 'forged' })
      .submit()
    expect(page.status).toBe(403)
    expect(page.html).toContain('Typed with care.')
    expect((await stored()).length).toBe(before)
  })

  test('§9: a refused comment leaves no file and no row', async () => {
    const number = await ticket()
    const before = [(await stored()).length, (await sql('select 1 from attachment')).length]
    const page = await (await commentForm(number))
      .fill({ message: 'x'.repeat(200_000) })
      .attach('attachments', { filename: 'a.txt', content: 'a' })
      .submit()
    expect(page.status).toBe(422)
    expect([(await stored()).length, (await sql('select 1 from attachment')).length]).toEqual(before)
  })

  test('H8 H16: a stranger sends files with the first request; the upload of somebody else cannot be smuggled in', async () => {
    const { id } = (await as('ann').upload({ filename: 'anns.txt', content: 'private' })).json
    const request = async () =>
      (await stranger().visit('/tickets/new'))
        .form('Send request')
        .fill({ name: 'Mo', email: 'mo@new.example', subject: 'Files', message: 'Here they are.' })
    const sent = await (await request()).attach('attachments', { filename: 'mine.txt', content: 'mine' }).submit()
    const smuggled = await (await request()).smuggle({ attachments: id }).submit()
    const names = await Promise.all(
      [sent, smuggled].map(({ path }) =>
        sql(
          'select filename from attachment a join message m on m.id = a.message_id join ticket t on t.id = m.ticket_id where t.number = $1',
          [path.replace('/tickets/received/', '')],
        ),
      ),
    )
    expect(names).toEqual([[{ filename: 'mine.txt' }], []])
  })

  test('issue 5 Files: what nobody used in its day goes with its bytes; what is younger, or on a ticket, stays', async () => {
    const upload = async (filename: string): Promise<string> =>
      (await as('ann').upload({ filename, content: filename })).json.id
    const [old, young, used] = [await upload('old.txt'), await upload('young.txt'), await upload('used.txt')]
    const comment =
      'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { userErrors { code } } }'
    await as('ann').graphql(comment, { input: { number: await ticket(), attachments: [used] } })
    const keyOf = async (id: string) =>
      (await sql('select storage_key from attachment where id = $1', [id.replace('attachment_', '')]))[0]?.storage_key
    const [oldKey, youngKey, usedKey] = [await keyOf(old), await keyOf(young), await keyOf(used)]
    await sql(
      `update attachment set created_at = now() - interval '26 hours' where filename in ('old.txt', 'used.txt')`,
    )
    await plaindesk.tasks.list['clean-up']?.({}, { now: new Date(), isLastTry: false })
    expect([await keyOf(old), await keyOf(young), await keyOf(used)]).toEqual([undefined, youngKey, usedKey])
    const files = (await stored()).join()
    expect([oldKey, youngKey, usedKey].map(key => files.includes(String(key)))).toEqual([false, true, true])
  })

  test('two posts at once cannot both take an upload', async () => {
    const { id } = (await as('ann').upload({ filename: 'once.txt', content: 'once' })).json
    const numbers = await Promise.all([ticket(), ticket()])
    const comment =
      'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { userErrors { code } } }'
    const replies = await Promise.all(
      numbers.map(number => as('ann').graphql(comment, { input: { number, attachments: [id] } })),
    )
    expect(replies.map(({ data }) => data.commentOnTicket.userErrors.length).sort()).toEqual([0, 1])
    expect(
      await sql('select 1 from attachment where filename = $1 and message_id is not null', ['once.txt']),
    ).toHaveLength(1)
  })

  test('§9: the same form with a file, posted twice at once: one comment, one file', async () => {
    const number = await ticket()
    const form = (await commentForm(number))
      .fill({ message: 'Twice' })
      .attach('attachments', { filename: 'twice.txt', content: 'x' })
    const submission = form.submission()
    const pages = await Promise.all([1, 2].map(() => as('ann').send(submission, null)))
    expect(pages.map(({ status }) => status)).toEqual([200, 200])
    expect(await sql(`select 1 from message where text = 'Twice'`)).toHaveLength(1)
    expect(await sql(`select 1 from attachment where filename = 'twice.txt' and message_id is not null`)).toHaveLength(
      1,
    )
  })

  test('a note keeps its files within the team', async () => {
    const number = await ticket()
    const { id } = (await as('dana').upload({ filename: 'inside.txt', content: 'inside' })).json
    const note =
      'mutation ($input: NoteOnTicketInput!) { noteOnTicket(input: $input) { message { attachments { url } } userErrors { code } } }'
    const { data } = await as('dana').graphql(note, { input: { number, message: 'Look', attachments: [id] } })
    const { pathname } = new URL(data.noteOnTicket.message.attachments[0].url, url)
    expect((await as('sam').raw('GET', pathname)).status).toBe(200)
    expect((await as('ann').raw('GET', pathname)).status).toBe(404)
  })
})
