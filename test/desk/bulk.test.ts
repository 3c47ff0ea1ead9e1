// Many tickets at once: from the queue, by number or by filter.
import { describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { answer, open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { change, many, progress, standing, undo } from './bulk-deeds.ts'

const here = await world()
const { as, sql, settled, mailsTo } = here
const ann = as('ann')
const bo = as('bo')
const dana = as('dana')
const idOf = async (name: keyof typeof people) =>
  `user_${(await sql('select id from person where email = $1', [people[name].email]))[0]?.id}`
const codes = ({ userErrors }: { userErrors: { code: string; field: string }[] }) =>
  userErrors.map(({ code, field }) => [code, field])

describe('§4.5: from the queue', () => {
  test('ticked ones: what the form says before, the progress page, the history, the mails, and undo', async () => {
    const one = await open(bo, 'Wave one')
    const two = await open(bo, 'Wave two')
    await update(dana, two, { tags: ['old'] })
    await settled()
    const queue = await dana.visit('/agent?filter=1&words=wave')
    await expectGoodPage(queue)
    expect(queue.$(`.tick [value=${one}]`).attr('aria-label')).toBe(`Select #${one} Wave one`)
    const form = await queue
      .form('Change selected')
      .fill({ tickets: [String(one), String(two)] })
      .submit()
    await expectGoodPage(form)
    expect(form.heading).toBe('Change 2 tickets')
    expect(form.texts('fieldset label')).toEqual([
      'No change',
      'In progress 2 mails to 1 person',
      'Waiting for customer 2 mails to 1 person',
      'Done 2 mails to 1 person',
      'Closed 2 mails to 1 person',
    ])
    const before = (await mailsTo(people.bo.email)).length
    const progressed = await form
      .form('Change 2 tickets')
      .fill({ status: 'DONE', assignee: 'Dirk Decker', addTags: 'Flood, water', removeTags: 'old' })
      .submit()
      .then(page => settled().then(() => dana.visit(page.path)))
    expect(progressed.path).toMatch(/^\/agent\/bulk\/bulkChange_[\w-]+\?query=/)
    await expectGoodPage(progressed)
    expect(progressed.main).toContain('2 of 2 tickets')
    expect(progressed.main).toContain('Status: Done')
    expect(progressed.$('progress').attr('value')).toBe('2')
    expect(progressed.hasLink('Refresh')).toBe(false)
    expect(progressed.link(/← Queue/)).toContain('words=wave')
    expect((await mailsTo(people.bo.email)).length).toBe(before + 2)

    const done = await standing(dana, two)
    expect(done).toMatchObject({ status: 'DONE', assignee: { name: 'Dirk Decker' }, tags: ['flood', 'water'] })
    expect(done.events.nodes.slice(-3)).toMatchObject([
      { type: 'ASSIGNEE', to: 'Dirk Decker', actor: { name: expect.stringContaining('Dana') } },
      { type: 'TAGS', from: 'old', to: 'flood, water' },
      { type: 'STATUS', from: 'NEW', to: 'DONE' },
    ])

    const undone = await progressed.form('Undo').submit()
    await settled()
    expect(undone.heading).toBe('Undoing a change of 2 tickets')
    expect(await standing(dana, two)).toMatchObject({ status: 'NEW', assignee: null, tags: ['old'], doneAt: null })
    expect((await standing(dana, two)).unansweredSince).not.toBeNull()
    expect((await mailsTo(people.bo.email)).length).toBe(before + 2) // no mail tells of it
    const after = await dana.visit(progressed.path)
    expect(after.main).toContain('Undone on')
    expect(after.hasButton('Undo')).toBe(false)
    const list = await dana.visit('/agent/bulk')
    await expectGoodPage(list)
    expect(list.texts('.cover').slice(0, 2)).toEqual(['Undoing a change of 2 tickets', 'Change of 2 tickets'])
  })

  test('all that match: counted on the form, fixed when it is sent', async () => {
    const numbers = await many(here, 1200, 'Deluge')
    await sql('analyze ticket')
    const queue = await dana.visit('/agent?filter=1&status=open&words=deluge')
    expect(queue.hasButton('Change all 1,000+')).toBe(true)
    const form = await queue.form(/^Change all/).submit()
    await expectGoodPage(form)
    expect(form.heading).toBe('Change 1,200 tickets')
    expect(form.texts('fieldset label')[3]).toBe('Done 1,200 mails to 1 person')
    expect(form.texts('fieldset label')[4]).toBe('Closed No mails') // Cem has left the list
    const sent = await form
      .form('Change 1,200 tickets')
      .fill({ category: 'none', assignee: 'none', priority: 'HIGH' })
      .submit()
    const later = await many(here, 3, 'Deluge')
    await settled()
    const page = await dana.visit(sent.path)
    expect(page.main).toContain('1,200 of 1,200 tickets')
    expect(page.main).toContain('all of a list')
    const high = await sql<{ n: number }>(
      `select count(*)::int as n from ticket where priority = 'HIGH' and subject like 'Deluge%'`,
    )
    expect(high[0]?.n).toBe(1200)
    expect((await standing(dana, later[0] ?? 0)).priority).toBe('NORMAL')
    const events = await sql<{ n: number }>(
      `select count(*)::int as n from ticket_event e join ticket t on t.id = e.ticket_id where t.subject like 'Deluge%' and e.type = 'PRIORITY'`,
    )
    expect(events[0]?.n).toBe(1200)
    expect(numbers).toHaveLength(1200)
  }, 60_000)

  test('a tab’s own tickets and no others: what the queue knows of filters, these forms know too', async () => {
    const { readFileSync } = await import('node:fs')
    const variables = (name: string) => {
      const text = readFileSync(`${import.meta.dirname}/../../views/desk/${name}.graphql`, 'utf8')
      const [, list = ''] = /\w+\(([^)]*)\)/.exec(text) ?? []
      const filter = (/filter: (\{[^}]*\})/.exec(text)?.[1] ?? '').replace(/\s+/g, ' ')
      return { list, filter }
    }
    const { filter } = variables('queue')
    expect(filter).toContain('status: $status')
    for (const name of ['bulk-new', 'change-matching']) {
      expect(variables(name).filter, name).toBe(filter)
      for (const [used] of filter.matchAll(/\$\w+/g)) expect(variables(name).list).toContain(`${used}:`)
    }
    const waiting = await open(bo, 'Only this waits')
    await answer(dana, waiting, 'What colour?', 'WAITING')
    const form = await (await dana.visit('/agent?tab=waiting')).form(/^Change all/).submit()
    await form
      .form(/^Change/)
      .fill({ addTags: 'of-the-tab' })
      .submit()
    await settled()
    const tagged = await sql(`select status from ticket where tags @> '{of-the-tab}'`)
    expect(new Set(tagged.map(row => row.status))).toEqual(new Set(['WAITING']))
  })

  test('all on the page are ticked by a link', async () => {
    const queue = await (await dana.visit('/agent?tab=all')).follow('Select all on this page')
    const form = await queue.form('Change selected').submit()
    expect(form.heading).toBe('Change 25 tickets')
    const next = await (await queue.follow(/Next/)).follow('Select all on this page')
    expect(next.texts('.list .number')).not.toEqual(queue.texts('.list .number'))
    expect((await next.follow('Select none')).$('.tick [checked]')).toHaveLength(0)
  })

  test('422: nothing ticked, nothing to change, an unknown colleague; what was chosen stays', async () => {
    const number = await open(bo, 'Careful')
    const queue = await dana.visit('/agent?filter=1&words=careful')
    const nothing = await queue.form('Change selected').submit()
    expect([nothing.status, nothing.heading]).toEqual([422, 'No ticket is selected'])
    await expectGoodPage(nothing)
    const form = await queue
      .form('Change selected')
      .fill({ tickets: [String(number)] })
      .submit()
    const unchanged = await form.form('Change 1 ticket').fill({ removeTags: ' , ' }).submit()
    expect([unchanged.status, unchanged.errors]).toEqual([422, ['Choose at least one thing to change.']])
    await expectGoodPage(unchanged)
    expect(unchanged.form('Change 1 ticket').value('tickets')).toBe(String(number))
    const unknown = await unchanged
      .form('Change 1 ticket')
      .smuggle({ assignee: await idOf('sam'), addTags: 'kept' })
      .submit()
    expect([unknown.status, unknown.errors]).toEqual([422, ['There is no such person.']])
    expect(unknown.form('Change 1 ticket').value('addTags')).toBe('kept')
    expect(unknown.link(/← Queue/)).toContain('words=careful')
    const all = await (await queue.form(/^Change all/).submit()).form('Change 1 ticket').submit()
    expect([all.status, all.heading]).toEqual([422, 'Change 1 ticket'])
    const done = await all.form('Change 1 ticket').fill({ priority: 'LOW' }).submit()
    expect(done.status).toBe(200)
  })

  test('§5: a form that was sent after the session ended comes back with its tickets', async () => {
    const number = await open(bo, 'Late at night')
    const browser = here.anew('dirk')
    const form = await (await browser.visit('/agent?filter=1&words=night'))
      .form('Change selected')
      .fill({ tickets: [String(number)] })
      .submit()
    await sql(`delete from session where user_id = (select id from person where email = $1)`, [people.dirk.email])
    const login = await form.form('Change 1 ticket').fill({ addTags: 'owl' }).submit()
    const again = await login.form('Log in').fill({ email: people.dirk.email, password: 'plaindesk-example' }).submit()
    expect(again.heading).toBe('Change 1 ticket')
    expect(again.form('Change 1 ticket').value('addTags')).toBe('owl')
    await again.form('Change 1 ticket').submit()
    await settled()
    expect((await standing(dana, number)).tags).toEqual(['owl'])
  })
})

describe('§8: by the API', () => {
  test('each by the rules of a single change: NEW is no choice, and so on', async () => {
    const number = await open(bo, 'By a program')
    expect(codes(await change(dana, { tickets: [number], status: 'NEW' }))).toEqual([['INVALID_STATUS', 'status']])
    expect(codes(await change(dana, { tickets: [number] }))).toEqual([['NO_CHANGE', 'status']])
    expect(codes(await change(dana, { priority: 'LOW' }))).toEqual([['REQUIRED', 'tickets']])
    expect(codes(await change(dana, { tickets: [], priority: 'LOW' }))).toEqual([['REQUIRED', 'tickets']])
    expect(codes(await change(dana, { tickets: [number], filter: {}, priority: 'LOW' }))).toEqual([
      ['INVALID_CHOICE', 'filter'],
    ])
    expect(codes(await change(dana, { tickets: [number, 99_999_999], priority: 'LOW' }))).toEqual([
      ['UNKNOWN_TICKET', 'tickets'],
    ])
    expect(codes(await change(dana, { filter: { search: 'xyzzyxyzzy' }, priority: 'LOW' }))).toEqual([
      ['NOTHING_SELECTED', 'filter'],
    ])
    expect(codes(await change(dana, { tickets: [number], addTags: ['x'.repeat(51)] }))).toEqual([
      ['TOO_LONG', 'addTags'],
    ])
    const much = Array.from({ length: 10_001 }, (_, at) => at)
    expect(codes(await change(dana, { tickets: much, priority: 'LOW' }))).toEqual([['TOO_MANY_TICKETS', 'tickets']])
    const nobody = { tickets: [number], assignee: await idOf('ann') }
    expect(codes(await change(dana, nobody))).toEqual([['UNKNOWN_PERSON', 'assignee']])
  })

  test('the same key again is the same bulk change, other content a conflict', async () => {
    const number = await open(bo, 'Twice')
    const input = { tickets: [number], addTags: ['once'], idempotencyKey: 'bulk-1' }
    const [first, second] = [await change(dana, input), await change(dana, input)]
    expect(second.bulkChange.id).toBe(first.bulkChange.id)
    expect(codes(await change(dana, { ...input, addTags: ['other'] }))).toEqual([
      ['IDEMPOTENCY_CONFLICT', 'idempotencyKey'],
    ])
    await settled()
    const events = (await standing(dana, number)).events.nodes.filter(
      (event: { type: string }) => event.type === 'TAGS',
    )
    expect(events).toHaveLength(1)
  })

  test('what was like that already has no entry in its history and causes no mail', async () => {
    const [one = 0, two = 0] = [await open(bo, 'So already'), await open(bo, 'Not so')]
    await update(dana, one, { status: 'WAITING' })
    await settled()
    const before = (await mailsTo(people.bo.email)).length
    const { bulkChange } = await change(dana, { tickets: [one, two, two], status: 'WAITING' })
    await settled()
    expect(await progress(dana, bulkChange.id)).toMatchObject({ total: 2, changed: 1, unchanged: 1, failed: 0 })
    expect((await mailsTo(people.bo.email)).length).toBe(before + 1)
    await undo(dana, bulkChange.id)
    await settled()
    expect([(await standing(dana, one)).status, (await standing(dana, two)).status]).toEqual(['WAITING', 'NEW'])
  })

  test('§3: customers and strangers find none, sales read', async () => {
    const number = await open(bo, 'Not for everybody')
    const { bulkChange } = await change(dana, { tickets: [number], addTags: ['team'] })
    await settled()
    const node = `{ node(id: "${bulkChange.id}") { id } bulkChange(id: "${bulkChange.id}") { id } }`
    expect((await as('sam').graphql(node)).data.node.id).toBe(bulkChange.id)
    expect((await ann.graphql(`{ node(id: "${bulkChange.id}") { id } }`)).data).toEqual({ node: null })
    expect((await ann.graphql(`{ bulkChange(id: "${bulkChange.id}") { id } }`)).code).toBe('FORBIDDEN')
    const rows = await dana.graphql(`{ bulkChange(id: "${bulkChange.id}") { tickets(first: 1) { nodes { id } } } }`)
    const [row] = rows.data.bulkChange.tickets.nodes
    expect((await ann.graphql(`{ node(id: "${row.id}") { id } }`)).data).toEqual({ node: null })
    expect((await dana.graphql(`{ node(id: "${row.id}") { id } }`)).data.node.id).toBe(row.id)
    const page = await as('sam').visit(`/agent/bulk/${bulkChange.id}`)
    expect([page.status, page.hasButton('Undo')]).toEqual([200, false])
    expect((await as('sam').visit('/agent')).hasButton('Change selected')).toBe(false)
  })
})
