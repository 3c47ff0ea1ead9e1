// The customer's own word that it is settled, or not after all; and the clock's, weeks after the last one.
import { describe, expect, test } from 'vitest'
import { closeStale } from '../../src/tickets/close-stale.job.ts'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { answer, note, open, openIn, read, type Status, texts, update } from './deeds.ts'
import { byApi, byForm, type Door, mutate } from './doors.ts'

const { as, anew, sql, clock, plaindesk, mailsTo, mailTo, newcomer, settled, stranger } = await world()

const bo = as('bo')
const dana = as('dana')

const mailsAbout = async (address: string, number: number) =>
  (await mailsTo(address)).filter(mail => mail.subject.includes(`[#${number}]`))
/** Changes of status as the history tells them. */
const moves = async (number: number) =>
  (await read(dana, number)).events.nodes
    .filter(({ type }: { type: string }) => type === 'STATUS')
    .map(({ from, to, actor }: { from: string; to: string; actor: { name: string } | null }) => [
      actor?.name ?? null,
      from,
      to,
    ])
const statusOf = async (number: number): Promise<Status> => (await read(dana, number)).status
const refusalAt = (door: Door, api: string, form: string) => [door === byApi ? api : form]

describe.each([byForm, byApi])('$name', door => {
  test.each(['NEW', 'OPEN', 'WAITING'] as Status[])('§2 H17: the requester marks %s done', async status => {
    const number = await openIn(bo, dana, status, `Settled ${door.name}`)
    expect(await door.markDone(bo, number)).toMatchObject({ number, refusals: [] })
    const ticket = await read(bo, number)
    expect(ticket.status).toBe('DONE')
    expect(ticket.doneAt).not.toBeNull()
    expect((await moves(number)).at(-1)).toEqual(['Bo Berg', status, 'DONE'])
  })

  test('§2: reopens what is done, and the team finds it among what waits for an answer', async () => {
    const number = await openIn(bo, dana, 'DONE', `Not settled ${door.name}`)
    expect(await door.reopen(bo, number)).toMatchObject({ number, refusals: [] })
    expect(await statusOf(number)).toBe('OPEN')
    expect((await moves(number)).at(-1)).toEqual(['Bo Berg', 'DONE', 'OPEN'])
    expect((await dana.visit('/agent?tab=unanswered')).main).toContain(String(number))
  })

  test.each([
    ['markDone', 'DONE'],
    ['reopen', 'NEW'],
    ['reopen', 'OPEN'],
    ['reopen', 'WAITING'],
  ] as ['markDone' | 'reopen', Status][])(
    '§2: %s on %s is already so: success, and no change',
    async (word, status) => {
      const number = await openIn(bo, dana, status, `Already ${door.name}`)
      const before = await read(dana, number)
      expect(await door[word](bo, number)).toMatchObject({ number, refusals: [] })
      expect(await read(dana, number)).toEqual(before)
    },
  )

  test.each(['markDone', 'reopen'] as const)(
    '§2: %s on CLOSED is refused, with the offer of a follow-up',
    async word => {
      const number = await openIn(bo, dana, 'CLOSED', `Over ${door.name}`)
      const { refusals, page } = await door[word](bo, number)
      const offer = 'This request is closed. Write a comment, and it starts a new request linked to this one.'
      expect(refusals).toEqual(refusalAt(door, 'TICKET_CLOSED', offer))
      expect(await statusOf(number)).toBe('CLOSED')
      if (!page) return
      expect(page.status).toBe(422)
      await expectGoodPage(page)
      const followUp = await page.form('Send comment').fill({ message: 'Then a new one.' }).submit()
      expect(followUp.path).not.toBe(`/tickets/${number}`)
      expect(followUp.main).toContain('Then a new one.')
    },
  )

  test('§3: a participant may not: only the requester’s own word counts', async () => {
    const number = await open(as('ann'), `Of Ann ${door.name}`)
    await sql(
      `insert into ticket_participant (ticket_id, user_id) select t.id, p.id from ticket t, person p where t.number = $1 and p.email = $2`,
      [number, people.bo.email],
    )
    for (const word of ['markDone', 'reopen'] as const)
      expect((await door[word](bo, number)).refusals).toEqual(refusalAt(door, 'FORBIDDEN', '404'))
    const page = await bo.visit(`/tickets/${number}`)
    expect([page.hasButton('Mark as done'), page.hasButton('Send comment')]).toEqual([false, true])
    expect(await statusOf(number)).toBe('NEW')
  })

  test('§3: for a stranger there is no such ticket', async () => {
    const number = await open(bo, `Of Bo ${door.name}`)
    for (const word of ['markDone', 'reopen'] as const) {
      const theirs = await door[word](as('eve'), number)
      expect(theirs.refusals).toEqual(refusalAt(door, 'NOT_FOUND', '404'))
      expect(theirs.refusals).toEqual((await door[word](as('eve'), 99_999_999)).refusals)
      expect((await door[word](stranger(), number)).number).toBeNull()
    }
    expect(await statusOf(number)).toBe('NEW')
  })

  test('§3: nor is it the team’s: an agent sets the status, and speaks for no customer', async () => {
    const number = await open(bo, `For the team ${door.name}`)
    for (const name of ['dana', 'sam', 'ada'] as const)
      expect((await door.markDone(as(name), number)).refusals).toEqual(refusalAt(door, 'FORBIDDEN', '403'))
    expect(await statusOf(number)).toBe('NEW')
  })
})

describe('the buttons', () => {
  test.each([
    ['NEW', true, false],
    ['OPEN', true, false],
    ['WAITING', true, false],
    ['DONE', false, true],
    ['CLOSED', false, false],
  ] as [Status, boolean, boolean][])('§2: on %s: mark as done %s, reopen %s', async (status, markDone, reopen) => {
    const number = await openIn(bo, dana, status, 'Which buttons')
    const page = await bo.visit(`/tickets/${number}`)
    expect([page.hasButton('Mark as done'), page.hasButton('Reopen')]).toEqual([markDone, reopen])
    const { data } = await bo.graphql('query ($n: Int!) { ticket(number: $n) { mayMarkDone mayReopen } }', {
      n: number,
    })
    expect(data.ticket).toEqual({ mayMarkDone: markDone, mayReopen: reopen })
  })

  test('§2, H5: done, and back again, with a word that says so', async () => {
    const number = await open(bo, 'There and back')
    const done = await (await bo.visit(`/tickets/${number}`)).form('Mark as done').submit()
    expect(done.redirects).toEqual([{ status: 303, location: `/tickets/${number}` }])
    expect(done.text).toContain('The request is marked as done.')
    expect((await bo.visit('/tickets?status=done')).main).toContain('There and back')
    const back = await done.form('Reopen').submit()
    expect(back.text).toContain('The request is open again')
    expect((await bo.visit('/tickets?status=open')).main).toContain('There and back')
  })

  test('§2: a button on a page that was open while the ticket was closed explains itself', async () => {
    const number = await openIn(bo, dana, 'DONE', 'Closed meanwhile')
    const form = (await bo.visit(`/tickets/${number}`)).form('Reopen')
    await update(dana, number, { status: 'CLOSED' })
    const page = await form.submit()
    expect([page.status, page.errors.length]).toEqual([422, 1])
    expect(page.title).toMatch(/^Error:/)
    expect(page.hasButton('Send comment')).toBe(true)
  })
})

describe('the team’s "done"', () => {
  test('H17: with an answer is one mail: the words, that it is done, when it closes; a reply goes on as usual', async () => {
    const { browser, email } = await newcomer('Fritz Fertig')
    const number = await open(browser, 'A done mail')
    await answer(dana, number, 'It works again.', 'DONE')
    const mails = await mailsAbout(email, number)
    expect(mails).toHaveLength(2) // receipt and this one
    const text = mails[1]?.text.replace(/\s+/g, ' ')
    expect(text).toContain('It works again.')
    expect(text).toMatch(/nothing from you for 21 days, we close the request for good on \d+ \w+ \d{4}/)
    await byForm.comment(browser, number, { message: 'Not quite.' })
    expect(await statusOf(number)).toBe('OPEN')
  })

  test('H17: by status alone sends the mail too, to everybody, on the list or not; other changes only to members', async () => {
    const { browser, email } = await newcomer('Gerda Gone')
    const number = await open(browser, 'A bare done')
    await update(dana, number, { status: 'OPEN' })
    expect((await mailTo(email, /new status/)).subject).toContain(`[#${number}]`)
    await browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
    const before = (await mailsAbout(email, number)).length
    await update(dana, number, { status: 'WAITING' })
    expect(await mailsAbout(email, number)).toHaveLength(before)
    await update(dana, number, { status: 'DONE' })
    expect(await mailsAbout(email, number)).toHaveLength(before + 1)
    expect((await mailTo(email, /marked as done/)).subject).toContain(`[#${number}]`)
  })

  test.each(['OPEN', 'WAITING', 'DONE', 'CLOSED'] as Status[])(
    '§2: updateTicket sets %s from any status, and says who',
    async to => {
      const number = await open(bo, `To ${to}`)
      for (const from of ['NEW', 'OPEN', 'WAITING', 'DONE', 'CLOSED'] as Status[]) {
        if (from !== 'NEW') await update(dana, number, { status: from })
        await update(as('dirk'), number, { status: to })
        const ticket = await read(dana, number)
        expect([ticket.status, ticket.closedAt !== null]).toEqual([to, to === 'CLOSED'])
        if (from !== to) expect((await moves(number)).at(-1)).toEqual(['Dirk Decker', from, to])
      }
      // Once from NEW, there and back from three others; its own status once more was no change.
      expect(await moves(number)).toHaveLength(7)
    },
  )

  test('§2: NEW is nothing that can be set; nor can an answer choose it, or CLOSED', async () => {
    const number = await openIn(bo, dana, 'OPEN', 'Never new again')
    for (const [mutation, input] of [
      ['updateTicket', { status: 'NEW' }],
      ['commentOnTicket', { message: 'x', status: 'NEW' }],
      ['commentOnTicket', { message: 'x', status: 'CLOSED' }],
    ] as const) {
      const { data } = await mutate(dana, mutation, { number, ...input })
      expect(data.payload).toMatchObject({ ticket: null, userErrors: [{ code: 'INVALID_STATUS', field: 'status' }] })
    }
    expect([await statusOf(number), await texts(dana, number)]).toEqual(['OPEN', ['The first message.']])
    for (const name of ['bo', 'sam'] as const)
      expect((await mutate(as(name), 'updateTicket', { number, status: 'DONE' })).code).toBe('FORBIDDEN')
  })
})

describe('closing by itself', () => {
  /** The scheduled job at the world's own time. */
  const closeStaleNow = () =>
    closeStale(() => plaindesk.orm.em.fork({ flushMode: 'commit' }), plaindesk.settings.current, clock.now())
  /** Some days on; sessions of before have ended by then. */
  const later = async (days: number, work: () => Promise<unknown>) => {
    clock.forward({ days })
    try {
      await work()
    } finally {
      clock.reset()
    }
  }
  const stored = async (number: number) =>
    (await sql('select status from ticket where number = $1', [number]))[0]?.status

  test('H17: a done ticket is closed 21 days after the last human word, by nobody, for good', async () => {
    const number = await open(bo, 'Silence')
    await answer(dana, number, 'Solved.', 'DONE')
    const others: number[] = []
    for (const status of ['NEW', 'OPEN', 'WAITING'] as Status[]) others.push(await openIn(bo, dana, status, 'Silence'))
    await later(20.9, closeStaleNow)
    expect(await stored(number)).toBe('DONE')
    await later(21.1, closeStaleNow)
    const { status, closedAt } = await read(bo, number)
    expect(status).toBe('CLOSED')
    expect(new Date(closedAt).getTime()).toBeGreaterThan(Date.now() + 21 * 86_400_000)
    expect((await moves(number)).at(-1)).toEqual([null, 'DONE', 'CLOSED'])
    expect(await Promise.all(others.map(stored))).toEqual(['NEW', 'OPEN', 'WAITING'])
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.textOf('.progress')).toMatch(/Done .*Dana Dietz.*Closed .*automatically/)
  })

  test('H17: a word of either side begins the weeks anew; a note and a tag do not', async () => {
    const [silent, spoken] = [await openIn(bo, dana, 'DONE', 'Silent'), await openIn(bo, dana, 'DONE', 'Spoken')]
    await later(15, async () => {
      await note(anew('dana'), silent, 'Still done.')
      await update(anew('dana'), silent, { tags: ['x'] })
      const browser = anew('bo')
      await byApi.comment(browser, spoken, { message: 'Thank you!' })
      await byApi.markDone(browser, spoken)
    })
    await later(22, closeStaleNow)
    expect([await stored(silent), await stored(spoken)]).toEqual(['CLOSED', 'DONE'])
    await later(37, closeStaleNow)
    expect(await stored(spoken)).toBe('CLOSED')
  })

  test('H17: the page says on which day; after it a comment begins a follow-up', async () => {
    const number = await openIn(bo, dana, 'DONE', 'On which day')
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Europe/Berlin' })
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.main).toContain(`it is closed on ${day.format(Date.now() + 21 * 86_400_000)}`)
    await later(22, closeStaleNow)
    expect((await bo.visit(`/tickets/${number}`)).main).toContain('This request is closed.')
    const { number: followUp } = await byForm.comment(bo, number, { message: 'Once more.' })
    expect(await read(bo, followUp ?? 0)).toMatchObject({ followUpOf: { number } })
  })

  test('H17: many at once are all closed, and a second run changes nothing', async () => {
    const number = await openIn(bo, dana, 'DONE', 'One of many')
    await sql(
      `insert into ticket (id, subject, status, priority, requester_id, requester_proven, created_at, updated_at, touched_at, last_message_at)
       select gen_random_uuid(), 'Bulk ' || n, 'DONE', priority, requester_id, true, created_at, updated_at, touched_at, last_message_at
       from ticket, generate_series(1, 450) n where number = $1`,
      [number],
    )
    const events = async () => Number((await sql(`select count(*) from ticket_event where type = 'STATUS'`))[0]?.count)
    await later(30, async () => {
      await Promise.all([closeStaleNow(), closeStaleNow()])
      expect(await sql(`select 1 from ticket where status = 'DONE'`)).toEqual([])
      const before = await events()
      await closeStaleNow()
      expect(await events()).toBe(before)
    })
    expect(
      await sql(`select 1 from ticket t join ticket_event e on e.ticket_id = t.id and e.to = 'CLOSED'
        where t.subject like 'Bulk %' group by t.id having count(*) <> 1`),
    ).toEqual([])
    await settled()
  })
})
