// Mails made to break something: each is kept and decided, in bounded time.
import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { bareSubject } from '../../src/inbox/receipt-budget.ts'
import { mailHtml } from '../../src/tickets/mail-html.ts'
import { people } from '../kit/cast.ts'
import { open, openIn, read, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { post } from './post.ts'

const here = await world()
const { as, mailTo, settled, sql, plaindesk } = here
const mail = await post(here)
const lmtp = await post(here, 'lmtp')
const bo = as('bo')
const dana = as('dana')
const to = plaindesk.config.supportAddress

const took = (work: () => unknown): number => {
  const start = performance.now()
  work()
  return performance.now() - start
}

describe('texts that are long to look at', () => {
  test.each(['[1', '[', '1', 'Re: ', 'Re [1]', '[1] '])('a subject of "%s" over and over', part => {
    expect(took(() => bareSubject(part.repeat(20_000)))).toBeLessThan(1_000)
  })

  const blank = ' '.repeat(20_000)
  test.each<[string, string]>([
    ['blanks between line breaks', `x<br>${blank}<br>${blank}x`],
    ['line breaks alone', '<br> '.repeat(50_000)],
    ['tags that never end', '<a href="'.repeat(30_000)],
    ['deep nesting', '<div>'.repeat(50_000)],
    ['deep tables', '<table><tr><td>'.repeat(20_000)],
    ['comments that never end', '<!--'.repeat(70_000)],
    ['ends without begins', '</div>'.repeat(50_000)],
    ['angle brackets', '<'.repeat(300_000)],
    ['attributes', `<p ${'a=b '.repeat(70_000)}>`],
    ['entities', '&lt'.repeat(100_000)],
    ['links', '<a href=http://x.example>x'.repeat(11_000)],
    ['scripts that never end', '<script>'.repeat(37_000)],
  ])('HTML of %s', (_what, html) => {
    expect(took(() => mailHtml(html, { placed: () => null, remoteLabel: 'Picture' }))).toBeLessThan(5_000)
  })
})

const letters = (length: number) => randomBytes(length).toString('hex').slice(0, length)
const signs = (length: number) =>
  Array.from({ length }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000))).join('')

async function outcomeOf(head: string, body = 'Hello.', from: string = people.bo.email) {
  const subject = `Odd ${randomUUID()}`
  const raw = `${head}Subject: ${subject}\r\n\r\n${body}\r\n`
  await plaindesk.reception.receive(Buffer.from(raw), { door: 'LMTP', from, to: [to], client: null })
  await settled()
  const [row] = await sql('select outcome, reason, last_error from incoming_mail where subject = $1', [subject])
  return row
}

describe('headers that no column takes', () => {
  const from = `From: ${people.bo.email}\r\n`
  test.each<[string, string]>([
    ['a NUL in the Message-ID', `${from}Message-ID: <a\0b@c.example>\r\n`],
    ['a NUL in the references', `${from}References: <a\0b@c.example>\r\n`],
    ['a NUL in Reply-To', `${from}Reply-To: <a\0b@c.example>\r\n`],
    ['a long Message-ID', `${from}Message-ID: <${letters(980)} ${letters(980)}@c.example>\r\n`],
    ['a long Message-ID of Chinese letters', `${from}Message-ID: <${signs(980)}>\r\n`],
    [
      '10,000 references',
      `${from}References: ${Array.from({ length: 10_000 }, (_, at) => `<${at}@c.example>`).join('\r\n ')}\r\n`,
    ],
    [
      '10,000 recipients',
      `${from}Cc: ${Array.from({ length: 10_000 }, (_, at) => `x${at}@c.example`).join(',\r\n ')}\r\n`,
    ],
  ])('%s', async (_what, head) => {
    expect(await outcomeOf(head)).toMatchObject({ outcome: 'CREATED', last_error: null })
  })

  test('a NUL in what gives an automatic mail away', async () => {
    const head = `${from}List-Id: \0"list\r\n`
    expect(await outcomeOf(head)).toMatchObject({ outcome: 'AUTOMATIC', reason: 'List-Id: "list', last_error: null })
  })

  test.each<[string, string]>([
    ['of Chinese letters', `From: <${signs(900)}@c.example>\r\n`],
    ['of letters', `From: <${letters(900)}@${letters(60)}.example>\r\n`],
    ['with a name of 100,000 words', `From: ${`${letters(8)} `.repeat(10_000)} <x@c.example>\r\n`],
  ])('a sender %s', async (_what, head) => {
    expect(await outcomeOf(head)).toMatchObject({ outcome: 'REFUSED', last_error: null })
  })

  test('a subject of 120,000 letters', async () => {
    const words = Array.from({ length: 12_000 }, () => letters(9)).join(' ')
    const messageId = `<${randomUUID()}@x.example>`
    const raw = `${from}Message-ID: ${messageId}\r\nSubject: ${words}\r\n\r\nHello.\r\n`
    const { row } = await mail.send({ raw, messageId, envelope: { from: people.bo.email, to } })
    expect(row.outcome).toBe('CREATED')
  })

  test('a NUL in the envelope', async () => {
    expect(await outcomeOf(from, 'Hello.', 'x\0y@c.example')).toMatchObject({ outcome: 'CREATED' })
  })
})

test('§9: 1,000 files with long names: the words arrive', async () => {
  const attachments = Array.from({ length: 900 }, (_, at) => ({
    filename: `${letters(200)}${at}.txt`,
    content: `${at}`,
  }))
  const { row } = await mail.send({ from: people.bo.email, subject: 'Many', text: 'See all.', attachments })
  expect(row).toMatchObject({ outcome: 'CREATED' })
  expect((await texts(bo, Number(row.number)))[0]).toContain('See all.')
}, 60_000)

test('§9: a text as long as a message may be, and a file that is left out', async () => {
  const attachments = Array.from({ length: 12 }, (_, at) => ({ filename: `${at}.txt`, content: `${at}` }))
  const { row } = await mail.send({
    from: people.bo.email,
    subject: 'Full',
    text: `${'word '.repeat(19_999)}ended`,
    attachments,
  })
  expect(row).toMatchObject({ outcome: 'CREATED' })
})

describe('who may not write', () => {
  test('§3: sales reads tickets, and writes to none', async () => {
    const number = await open(bo, 'For sales')
    const { row } = await mail.send({ from: people.sam.email, subject: `Re: [#${number}]`, text: 'A note?' })
    expect(row.outcome).toBe('CREATED') // a ticket of their own, as everybody's
    expect(await texts(dana, number)).toEqual(['The first message.'])
    const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
    const { row: reply } = await mail.reply(receipt, { from: people.sam.email, text: 'A note?' })
    expect(reply).toMatchObject({ outcome: 'HELD', reason: 'WANTS_TO_JOIN' })
  })

  test('§3: an agent who has set no password yet', async () => {
    const number = await open(bo, 'Early bird')
    await sql(`update person set confirmed_at = null where email = $1`, [people.dirk.email])
    const { row } = await mail.send({ from: people.dirk.email, subject: `Re: [#${number}]`, text: 'Early.' })
    await sql(`update person set confirmed_at = now() where email = $1`, [people.dirk.email])
    expect(row.outcome).not.toBeNull()
    expect(row.reason).not.toBe('FAILED')
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })

  test('§3: whoever was taken out of a ticket', async () => {
    const number = await open(bo, 'Taken out')
    const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
    await sql(
      `insert into ticket_participant select t.id, p.id from ticket t, person p where t.number = $1 and p.email = $2`,
      [number, people.eve.email],
    )
    expect((await mail.reply(receipt, { from: people.eve.email, text: 'In.' })).row.outcome).toBe('APPENDED')
    await sql(`delete from ticket_participant where ticket_id = (select id from ticket where number = $1)`, [number])
    expect((await mail.reply(receipt, { from: people.eve.email, text: 'Out.' })).row).toMatchObject({
      outcome: 'HELD',
      reason: 'WANTS_TO_JOIN',
    })
  })
})

const decide = async (name: string, id: string, more = '') => {
  const { data, text } = await dana.graphql(
    `mutation { ${name}(input: { mail: "incomingMail_${id}" ${more} }) { mail { outcome } } }`,
  )
  await settled()
  return { data, text }
}

describe('deciding twice', () => {
  test('a second copy that is tried again stays a second copy', async () => {
    const messageId = `<${randomUUID()}@acme.example>`
    const letter = { from: people.bo.email, messageId, subject: 'Once', text: 'Only once.' }
    const first = await mail.send(letter)
    const { row } = await mail.send(letter)
    const [copy] = await sql(`select id from incoming_mail where message_id = $1 and outcome = 'DUPLICATE'`, [
      messageId,
    ])
    await decide('retryMail', String(copy?.id))
    const rows = await sql('select outcome from incoming_mail where message_id = $1', [messageId])
    expect(rows.map(each => each.outcome).sort()).toEqual(['CREATED', 'DUPLICATE'])
    expect([first.row.outcome, row.outcome]).toContain('CREATED')
  })

  test('refused, then let in: the same mail once more is a second copy', async () => {
    const number = await open(bo, 'Let in')
    const letter = {
      from: 'late@acme.example',
      messageId: `<${randomUUID()}@acme.example>`,
      subject: 'Late',
      text: 'Me too.',
    }
    const { row } = await lmtp.send(letter)
    expect(row.outcome).toBe('REFUSED')
    await decide('acceptMail', row.id, `number: ${number}`)
    expect(await texts(bo, number)).toEqual(['The first message.', 'Me too.'])
    expect((await lmtp.send({ ...letter, subject: `[#${number}]` })).row.outcome).toBe('DUPLICATE')
    expect(await texts(bo, number)).toEqual(['The first message.', 'Me too.'])
  })

  test('§2: let in to a closed ticket, it opens a follow-up', async () => {
    const number = await openIn(bo, dana, 'CLOSED', 'Closed long ago')
    const { row } = await lmtp.send({ from: 'heir@acme.example', subject: 'Heir', text: 'It is mine now.' })
    await decide('acceptMail', row.id, `number: ${number}`)
    const [found] = await sql(
      'select m.outcome, t.number from incoming_mail m join ticket t on t.id = m.ticket_id where m.id = $1',
      [row.id],
    )
    expect(found?.outcome).toBe('FOLLOWED_UP')
    expect(await read(bo, Number(found?.number))).toMatchObject({ followUpOf: { number } })
    expect((await decide('acceptMail', row.id)).text).toContain('NOT_FOUND')
  })

  test('two agents at the same moment: what one was told is what holds, and it holds once', async () => {
    const { row } = await lmtp.send({ from: 'both@acme.example', subject: 'Both', text: 'Twice?' })
    const [retried, ...accepted] = await Promise.all([
      decide('retryMail', row.id),
      decide('acceptMail', row.id),
      decide('acceptMail', row.id),
    ])
    const letIn = accepted.filter(({ data }) => data?.acceptMail?.mail)
    expect(letIn.length > 0 || Boolean(retried?.data?.retryMail?.mail)).toBe(true)
    expect(await sql('select 1 from message where mail_id = $1', [row.id])).toHaveLength(letIn.length > 0 ? 1 : 0)
  })
})
