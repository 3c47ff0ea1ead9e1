// One ticket as its customer reads it: the conversation, how it got there, and what comes next.
import { describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { world } from '../world.ts'
import { answer, note, open, openIn, read, type Status, update } from './deeds.ts'
import { byApi } from './doors.ts'

const { as, stranger, sql, newcomer } = await world()

const bo = as('bo')
const dana = as('dana')
const messages = (page: Page): string[] => page.texts('.message .text')
const numberOf = async (subject: string): Promise<number> =>
  Number((await sql('select number from ticket where subject = $1 order by number limit 1', [subject]))[0]?.number)

/** A ticket of Bo's with so many messages in all, a minute apart, written without telling anybody. */
async function long(count: number, subject: string): Promise<number> {
  const number = await open(bo, subject, 'Message 1')
  await sql(
    `insert into message (id, ticket_id, author_id, text, visibility, channel, created_at)
     select gen_random_uuid(), t.id, case when n % 2 = 0 then d.id else t.requester_id end, 'Message ' || n, 'PUBLIC', 'WEB',
       date_trunc('second', t.created_at) + n * interval '1 minute'
     from ticket t, person d, generate_series(2, $2::int) n where t.number = $1 and d.email = $3`,
    [number, count, people.dana.email],
  )
  return number
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `Message ${from + i}`)

describe('the conversation', () => {
  test('V3 H3 H7: what was written can be read again, in order, with who and when', async () => {
    const number = await open(bo, 'A lamp', 'It flickers.')
    await answer(dana, number, 'Since when?')
    await byApi.comment(bo, number, { message: 'Since Monday.' })
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.heading).toBe(`A lamp #${number}`)
    expect(page.title).toContain(`#${number} A lamp`)
    expect(messages(page)).toEqual(['It flickers.', 'Since when?', 'Since Monday.'])
    expect(page.texts('.message h3')).toEqual(['You', 'Dana Dietz', 'You'])
    expect(page.$('.message').eq(1).hasClass('team')).toBe(true)
    expect(page.texts('.message time').every(time => /^\d+ \w+ \d{4} at \d\d:\d\d$/.test(time))).toBe(true)
    await expectGoodPage(page)
  })

  test('H1: all of it stays readable: the newest 20, then older ones page by page', async () => {
    const number = await long(47, 'A long story')
    const newest = await bo.visit(`/tickets/${number}`)
    expect(messages(newest)).toEqual(range(28, 47))
    const older = await newest.follow(/Show older messages/)
    expect(older.url.searchParams.has('before')).toBe(true)
    expect(messages(older)).toEqual(range(8, 27))
    const oldest = await older.follow(/Show older messages/)
    expect(messages(oldest)).toEqual(range(1, 7))
    expect(oldest.hasLink(/Show older messages/)).toBe(false)
    expect((await oldest.follow(/Back to the newest/)).path).toBe(`/tickets/${number}`)
    for (const page of [newest, older, oldest]) {
      expect(page.main).toContain('Progress')
      await expectGoodPage(page)
    }
  })

  test('H1: exactly 20 are one page', async () => {
    const page = await bo.visit(`/tickets/${await long(20, 'Twenty')}`)
    expect(messages(page)).toEqual(range(1, 20))
    expect(page.hasLink(/older/)).toBe(false)
  })

  test('H12: on an older page one can comment too, and sees what one wrote', async () => {
    const number = await long(25, 'From the past')
    const older = await (await bo.visit(`/tickets/${number}`)).follow(/Show older messages/)
    const page = await older.form('Send comment').fill({ message: 'Still here.' }).submit()
    expect(page.path).toBe(`/tickets/${number}`)
    expect((await read(bo, number)).messages.totalCount).toBe(26)
  })

  test('§9: a place in the conversation that is none leads to the newest', async () => {
    const number = await long(22, 'Bad places')
    const other = await long(22, 'Other places')
    const link = new URL((await bo.visit(`/tickets/${other}`)).link(/Show older messages/))
    for (const before of ['nonsense', '%00', link.searchParams.get('before') ?? '', 'W10']) {
      const page = await bo.visit(`/tickets/${number}?before=${before}`)
      expect([page.status, page.path]).toEqual([200, `/tickets/${number}`])
    }
  })

  test('H1: what somebody wrote stays when their account is gone', async () => {
    const number = await open(bo, 'By whom', 'Written by somebody.')
    await sql(`update message set author_id = null where text = 'Written by somebody.'`)
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.texts('.message h3')).toEqual(['Deleted account'])
    expect(messages(page)).toEqual(['Written by somebody.'])
  })

  test('H16: files stand with their message, with name, size and a link that opens them', async () => {
    const page = await as('ann').visit(`/tickets/${await numberOf('Export bricht bei Seite 3 ab')}`)
    expect(page.textOf('.files')).toMatch(/export-protokoll\.txt .*Text.*\d Byte|export-protokoll\.txt .*\d/)
    const file = await page.follow('export-protokoll.txt')
    expect(file.html).toContain('E42')
  })
})

describe('where it stands', () => {
  const german: Record<Status, [string, RegExp]> = {
    NEW: ['Eingegangen', /Sie müssen nichts weiter tun/],
    OPEN: ['In Bearbeitung', /Sobald es eine Antwort gibt/],
    WAITING: ['Wartet auf Sie', /Wir brauchen noch etwas von Ihnen/],
    DONE: ['Fertig', /wird sie am \d+\. \p{L}+ \d{4} abgeschlossen/u],
    CLOSED: ['Abgeschlossen', /wird zu einer neuen Anfrage/],
  }
  const english: Record<Status, [string, RegExp]> = {
    NEW: ['Received', /nothing you need to do/],
    OPEN: ['In progress', /as soon as there is an answer/],
    WAITING: ['Waiting for you', /We need something from you/],
    DONE: ['Done', /it is closed on \d+ \w+ \d{4}/],
    CLOSED: ['Closed', /starts a new request/],
  }

  test.each(Object.keys(english) as Status[])(
    'V2 H5 H11: %s: the status and the next step in words, in both languages',
    async status => {
      for (const [name, words] of [
        ['bo', english],
        ['ann', german],
      ] as const) {
        const number = await openIn(as(name), dana, status, `Stands at ${status}`)
        const page = await as(name).visit(`/tickets/${number}`)
        expect(page.textOf('.state .status')).toBe(words[status][0])
        expect(page.textOf('.state')).toMatch(words[status][1])
        expect(page.$('html').attr('lang')).toBe(name === 'bo' ? 'en' : 'de')
      }
    },
  )

  test('H5 H6: the progress tells every step, when, and by whom', async () => {
    const number = await open(bo, 'Steps')
    await answer(dana, number, 'What exactly?')
    await byApi.comment(bo, number, { message: 'This.' })
    await answer(as('dirk'), number, 'Solved.', 'DONE')
    await byApi.reopen(bo, number)
    await byApi.markDone(bo, number)
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.texts('.progress strong')).toEqual([
      'Received',
      'Waiting for you',
      'In progress',
      'Done',
      'In progress',
      'Done',
    ])
    const doers = page.texts('.progress small').map(text => / · (.*)$/.exec(text)?.[1] ?? '')
    expect(doers).toEqual(['', 'Dana Dietz', 'Bo Berg', 'Dirk Decker', 'Bo Berg', 'Bo Berg'])
    expect(page.$('.progress time').length).toBe(6)
  })

  test('H6: the progress is whole, however much was written since', async () => {
    const number = await open(bo, 'Much written')
    await answer(dana, number, 'Please wait.', 'OPEN')
    await sql(
      `insert into ticket_event (id, ticket_id, type, actor_id, created_at)
       select gen_random_uuid(), t.id, 'MESSAGE', t.requester_id, now() + n * interval '1 second'
       from ticket t, generate_series(1, 120) n where t.number = $1`,
      [number],
    )
    await answer(dana, number, 'Done at last.', 'DONE')
    expect((await bo.visit(`/tickets/${number}`)).texts('.progress strong')).toEqual([
      'Received',
      'In progress',
      'Done',
    ])
  })

  test('H5: the list and the ticket agree on the last change, and a note is none', async () => {
    const number = await open(bo, 'Last change')
    await answer(dana, number, 'Changed.')
    const time = async () => (await bo.visit(`/tickets/${number}`)).$('.facts time').attr('datetime')
    const before = await time()
    await note(dana, number, 'Not for Bo.')
    await update(dana, number, { tags: ['not-for-bo'], priority: 'URGENT' })
    expect(await time()).toBe(before)
    const list = await bo.visit('/tickets')
    const row = list.$('main tr').filter((_, each) => list.$(each).find('td.number').text() === String(number))
    expect(row.find('time').attr('datetime')).toBe(before)
  })

  test('§8: nothing of what the team keeps to itself', async () => {
    const number = await open(bo, 'For us')
    const { data } = await dana.graphql('{ viewer { id } }')
    await note(dana, number, 'Internal words')
    await update(dana, number, { tags: ['grumpy'], priority: 'URGENT', assignee: data.viewer.id })
    const { html } = await bo.visit(`/tickets/${number}`)
    expect(html).not.toMatch(/Internal words|grumpy|urgent|Dana/i)
  })
})

describe('who may see it', () => {
  test('§9: an unknown number and somebody else’s are the same 404, to the letter', async () => {
    const theirs = await open(as('eve'), 'Of Eve')
    const pages = [
      await bo.visit(`/tickets/${theirs}`),
      await bo.visit('/tickets/99999999'),
      await bo.visit(`/tickets/${theirs}?before=x`),
      await bo.visit('/tickets/0'),
      await bo.visit('/tickets/-1'),
      await bo.visit('/tickets/nonsense'),
      await bo.visit('/tickets/99999999999999999999'),
      await bo.visit(`/tickets/${theirs}.0`),
      await bo.visit(`/tickets/${theirs}%20`),
    ]
    expect(pages.map(page => page.status)).toEqual(pages.map(() => 404))
    // The log-out form and the language switch differ in any case: by their tokens, and by the query.
    const plain = ({ html }: Page) => html.replace(/value="[^"]*"/g, '').replace(/href="[^"]*language=[^"]*"/g, '')
    expect(new Set(pages.map(plain)).size).toBe(1)
    for (const each of pages) expect(each.html).not.toContain('Of Eve')
  })

  test('§3: a colleague of the same organization does not see it either', async () => {
    const number = await open(as('ann'), 'Nur Ann')
    expect((await bo.visit(`/tickets/${number}`)).status).toBe(404)
    expect(await read(bo, number)).toBeNull()
  })

  test('§5: who is signed out logs in first, and is led to it then', async () => {
    const number = await open(bo, 'After logging in')
    const browser = stranger()
    const login = await browser.visit(`/tickets/${number}`)
    expect(login.path).toBe(`/login?next=%2Ftickets%2F${number}`)
    expect(login.html).not.toContain('After logging in')
    const page = await login.form('Log in').fill({ email: people.bo.email, password: 'plaindesk-example' }).submit()
    expect(page.path).toBe(`/tickets/${number}`)
    const unknown = await stranger().visit('/tickets/99999999')
    expect(unknown.path).toBe('/login?next=%2Ftickets%2F99999999')
  })

  test('§3: without access it is the page that explains why, the ticket unread', async () => {
    const { browser } = await newcomer('Lars Left')
    const number = await open(browser, 'Left behind')
    await browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
    const page = await browser.visit(`/tickets/${number}`)
    expect(page.status).toBe(403)
    expect(page.html).not.toContain('Left behind')
  })
})
