// A filter of the queue, saved under a name, for oneself or for the team.
import { describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { note, open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, sql, clock, newcomer } = await world()
const numbers = (page: Page) => page.texts('main tbody .number').map(Number)
const bo = as('bo')
const dana = as('dana')
const dirk = as('dirk')

const urgent = await open(bo, 'Burning printer')
await update(dana, urgent, { priority: 'URGENT', tags: ['printer', 'fire'] })
const high = await open(bo, 'Smoking printer')
await update(dana, high, { priority: 'HIGH', tags: ['printer'] })
const closed = await open(bo, 'Old fire')
await update(dana, closed, { priority: 'URGENT', tags: ['fire'], status: 'CLOSED' })

describe('§4.5: the filter of the queue', () => {
  test('by status, priority, assignee, tag and words, and any of them together', async () => {
    const shows = async (query: string) => {
      const page = await dana.visit(`/agent?filter=1&${query}`)
      return ['Burning printer', 'Smoking printer', 'Old fire'].filter(subject => page.main.includes(subject))
    }
    expect(await shows('status=open&priority=URGENT')).toEqual(['Burning printer'])
    expect(await shows('priority=URGENT')).toEqual(['Burning printer', 'Old fire'])
    expect(await shows('status=done&tag=fire')).toEqual(['Old fire'])
    expect(await shows('tag=printer,fire')).toEqual(['Burning printer'])
    expect(await shows('words=smoking')).toEqual(['Smoking printer'])
    expect(await shows('status=open&assignee=me')).toEqual([])
    await update(dana, high, { assignee: (await dana.graphql('{ viewer { id } }')).data.viewer.id })
    expect(await shows('status=open&assignee=me')).toEqual(['Smoking printer'])
    expect(await shows('status=open&assignee=nobody')).toEqual(['Burning printer'])
    expect(await shows('assignee=somebody')).toEqual(['Smoking printer'])
    expect(await shows('priority=URGENT,HIGH&status=open')).toEqual(['Burning printer', 'Smoking printer'])
  })

  test('§8: customers cannot ask by priority', async () => {
    const { data } = await bo.graphql('{ tickets(filter: { priority: [URGENT] }) { totalCount } }')
    expect(data.tickets.totalCount).toBe(0)
  })
})

describe('§4.5: the filter by people, ways and days', async () => {
  const zoe = await newcomer('Zoë Zimmermann')
  const hers = await open(zoe.browser, 'From Zoë')
  const found = async (query: string) => numbers(await dana.visit(`/agent?filter=1&${query}`))
  const byApi = async (browser: typeof dana, filter: string) => {
    const { data } = await browser.graphql(`{ tickets(first: 100, filter: { ${filter} }) { nodes { number } } }`)
    return data.tickets.nodes.map(({ number }: { number: number }) => number)
  }

  test('a customer by name, by the beginnings of it, by address, by id', async () => {
    const [person] = await sql('select id from person where email = $1', [zoe.email])
    for (const who of ['Zimmermann', 'zoë zim', zoe.email, `user_${person?.id}`]) {
      expect(await found(`requester=${encodeURIComponent(who)}`), who).toEqual([hers])
    }
    expect(await found('requester=Zimmermann+Quark')).toEqual([])
    expect(await found('requester=%21%21')).toEqual([])
    expect(await byApi(dana, 'requesterName: "zimmer"')).toEqual([hers])
  })

  test('a further address of theirs leads to them as well', async () => {
    await sql(
      `insert into person_address (address, user_id, proven_at)
      select 'zz@elsewhere.example', id, now() from person where email = $1`,
      [zoe.email],
    )
    expect(await found('requester=zz%40elsewhere.example')).toEqual([hers])
  })

  test('an organization by its name', async () => {
    const acme = await sql(
      `select number from ticket t join organization o on o.id = t.organization_id where o.name like 'Acme%' and t.hold is null`,
    )
    const page = await dana.visit('/agent?filter=1&organization=acme')
    expect(numbers(page).length).toBeGreaterThan(0)
    const known = acme.map(row => Number(row.number))
    expect(numbers(page).every(number => known.includes(number))).toBe(true)
    expect(page.texts('main [role=status]').join()).toContain(String(acme.length))
  })

  test('§3: a customer learns nobody’s address or name by asking', async () => {
    expect(await byApi(bo, 'requesterName: "bo"')).toEqual([])
    expect(await byApi(bo, 'organizationName: "acme"')).toEqual([])
    expect((await byApi(bo, '')).length).toBeGreaterThan(0)
  })

  test('by the way it came, which a follow-up and a message that was taken out have of their own', async () => {
    const called = await dana.graphql(
      'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number channel } } }',
      { input: { subject: 'By phone', message: 'Called.', requesterName: 'Cal', requesterEmail: 'cal@phone.example' } },
    )
    const { number, channel } = called.data.createTicket.ticket
    expect(channel).toBe('PHONE')
    expect(await found('channel=PHONE')).toEqual([number])
    expect(await found('channel=API')).toContain(hers)
    expect(await found('channel=API,PHONE&requester=cal')).toEqual([number])
    expect(await byApi(bo, 'channel: [API, PHONE]')).not.toContain(number)
  })

  test('days are those of the viewer’s clock', async () => {
    await sql(`update person set timezone = 'Asia/Tokyo' where email = 'dana@plaindesk.example'`)
    await sql(`update person set timezone = 'America/Lima' where email = 'dirk@plaindesk.example'`)
    // 1 March in Tokyo, 28 February in Lima.
    await sql(
      `update ticket set created_at = '2026-02-28T22:00:00Z', touched_at = '2026-02-28T22:00:00Z' where number = $1`,
      [hers],
    )
    const sees = async (browser: typeof dana, days: string) =>
      numbers(await browser.visit(`/agent?filter=1&requester=zimmermann&${days}`)).length === 1
    for (const [from, to] of [
      ['createdFrom', 'createdTo'],
      ['updatedFrom', 'updatedTo'],
    ]) {
      expect(await sees(dana, `${from}=2026-03-01&${to}=2026-03-01`)).toBe(true)
      expect(await sees(dirk, `${from}=2026-03-01`)).toBe(false)
      expect(await sees(dirk, `${from}=2026-02-28&${to}=2026-02-28`)).toBe(true)
      expect(await sees(dana, `${to}=2026-02-28`)).toBe(false)
    }
    expect(
      await byApi(
        dana,
        'requesterName: "zimmermann", createdSince: "2026-02-28T22:00:00Z", createdBefore: "2026-02-28T22:00:01Z"',
      ),
    ).toEqual([hers])
    expect(await byApi(dana, 'requesterName: "zimmermann", createdBefore: "2026-02-28T22:00:00Z"')).toEqual([])
    expect(await byApi(dana, 'requesterName: "zimmermann", updatedBefore: "2026-02-28T22:00:00Z"')).toEqual([])
  })

  test('§8: for customers a note changes nothing', async () => {
    const quiet = await open(zoe.browser, 'Quiet')
    clock.forward({ minutes: 20 })
    await note(dana, quiet, 'Psst.')
    const since = new Date(clock.now().getTime() - 600_000).toISOString()
    expect(await byApi(zoe.browser, `updatedSince: "${since}"`)).not.toContain(quiet)
    expect(await byApi(zoe.browser, `updatedBefore: "${since}"`)).toContain(quiet)
    expect(await byApi(dana, `updatedSince: "${since}"`)).toContain(quiet)
    clock.reset()
  })

  test('§9: what is wrong in it is told at its field, and the rest is shown', async () => {
    const page = await dana.visit('/agent?filter=1&requester=zimmermann&createdFrom=31.2.2026&order=CREATED_AT_DESC')
    expect(page.status).toBe(422)
    expect(page.title).toMatch(/^Error:/)
    expect(page.errors).toEqual(['Enter a date such as 2026-11-22.'])
    expect(page.$('#filter-createdFrom').attr('aria-invalid')).toBe('true')
    expect(numbers(page)).toContain(hers)
    const turned = await dana.visit('/agent?filter=1&createdFrom=2026-03-02&createdTo=2026-03-01')
    expect([turned.status, ...turned.errors]).toEqual([422, 'The last day is before the first.'])
    const long = await dana.visit(`/agent?filter=1&requester=${'x'.repeat(101)}&words=${'y'.repeat(201)}`)
    expect([long.status, long.errors.length]).toEqual([422, 2])
    await expectGoodPage(long)
    const { errors = [] } = await dana.graphql('{ tickets(filter: { createdFrom: "tomorrow" }) { nodes { number } } }')
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  test('a view keeps all of it', async () => {
    const asked =
      'requester=zimmermann&organization=acme&channel=API%2CPHONE&unanswered=true&overdue=false&createdFrom=2026-01-01&createdTo=2026-12-31&updatedFrom=2026-01-02&updatedTo=2026-12-30&createdSince=2026-01-01T00%3A00%3A00.000Z'
    const saved = await (await dana.visit(`/agent?filter=1&${asked}`))
      .form('Save view')
      .fill({ name: 'Round' })
      .submit()
    const query = new URL(saved.path, 'http://x').searchParams
    for (const [name, value] of new URLSearchParams(asked)) expect(query.get(name), name).toBe(value)
    expect(saved.heading).toBe('Round')
    await saved.form('Remove view').submit()
  })

  test('§8: nothing is saved that no list could show', async () => {
    const save = async (filter: object) => {
      const { data, errors = [] } = await dana.graphql(
        'mutation ($input: SaveViewInput!) { saveView(input: $input) { view { name } userErrors { code field } } }',
        { input: { name: 'Broken', filter } },
      )
      return errors[0]?.extensions.code ?? data.saveView.userErrors
    }
    expect(await save({ createdFrom: 'soon' })).toEqual([{ code: 'INVALID_DATE', field: 'filter.createdFrom' }])
    expect(await save({ createdFrom: '2026-02-02', createdTo: '2026-02-01' })).toEqual([
      { code: 'ENDS_BEFORE_START', field: 'createdTo' },
    ])
    expect(await save({ assignee: 'nobody at all' })).toBe('BAD_USER_INPUT')
    expect((await dana.visit('/agent')).status).toBe(200)
  })
})

describe('§4.5: saved views', () => {
  test('stand beside the queue with their counts; one’s own are one’s own, shared ones everybody’s', async () => {
    // Beside the one of this test there is an urgent ticket of the cast.
    const page = await dana.visit('/agent?filter=1&status=open&priority=URGENT')
    const saved = await page.form('Save view').fill({ name: 'Urgent', isShared: 'true' }).submit()
    expect(saved.main).toContain('The view is saved.')
    expect(saved.title).toContain('Urgent')
    expect(saved.main).toContain('Burning printer')
    expect(saved.main).not.toContain('Smoking printer')
    const mine = await dana.visit('/agent?filter=1&tag=fire')
    await mine.form('Save view').fill({ name: 'All fires' }).submit()

    const hers = await dana.visit('/agent')
    expect(hers.texts('nav.views a')).toEqual(['All fires 2', 'Urgent 2', 'New filter'])
    const his = await dirk.visit('/agent')
    expect(his.texts('nav.views a')).toEqual(['Urgent 2', 'New filter'])
    const view = await his.follow(/^Urgent/)
    expect(view.main).toContain('Burning printer')
    expect(view.hasButton('Remove view')).toBe(false)
  })

  test('their columns and their order are kept; the list shows them', async () => {
    const page = await dana.visit('/agent?filter=1&tag=printer')
    const chosen = await page
      .form('Show')
      .fill({ column1: 'TAGS', column2: 'CREATED', column3: 'TAGS', column4: 'CATEGORY' })
      .submit()
    const heads = (of: Page) => of.texts('main thead th').filter(head => head !== 'Selection')
    expect(heads(chosen)).toEqual(['Number', 'Subject', 'Tags', 'Opened', 'Topic'])
    expect(chosen.texts('main tbody .wraps')).toContain('fire, printer')
    const saved = await chosen.form('Save view').fill({ name: 'Printers' }).submit()
    expect(heads(saved)).toEqual(['Number', 'Subject', 'Tags', 'Opened', 'Topic'])
    expect(saved.texts('main tbody td').filter(text => text === 'High')).toEqual([])
    await expectGoodPage(saved)
    const { data } = await dana.graphql('{ savedViews { name columns } }')
    expect(data.savedViews).toContainEqual({ name: 'Printers', columns: ['TAGS', 'CREATED', 'CATEGORY'] })
    expect(heads(await dana.visit('/agent'))).toEqual(['Number', 'Subject', 'Status', 'Assignee', 'Unanswered for'])
    expect(heads(await dana.visit('/agent?filter=1&columns=NONSENSE'))).toHaveLength(5)
  })

  test('one’s own is changed and renamed; until it is saved, the page says that it was changed', async () => {
    const view = await (await dana.visit('/agent')).follow(/^Printers/)
    expect(view.main).not.toContain('changed, not saved')
    const changed = await view.form('Show').fill({ priority: 'HIGH' }).submit()
    expect(changed.heading).toContain('Printers changed, not saved')
    expect(changed.texts('main thead th')).toContain('Opened')
    expect((await dana.visit('/agent')).texts('nav.views a')).toContain('Printers 2')
    const saved = await changed.form('Save changes').fill({ name: 'Hot printers', isShared: true }).submit()
    expect(saved.heading).toBe('Hot printers')
    expect(saved.texts('nav.views [aria-current]')).toEqual(['Hot printers 1'])
    expect((await dirk.visit('/agent')).texts('nav.views a')).toContain('Hot printers 1')
    const his = await (await dirk.visit('/agent')).follow(/^Hot printers/)
    expect(his.hasButton('Save changes')).toBe(false)
  })

  test('§9: a name that is taken, or none, comes back with the filter and the words', async () => {
    const view = await (await dana.visit('/agent')).follow(/^Hot printers/)
    const taken = await view.form('Save changes').fill({ name: 'All fires' }).submit()
    expect([taken.status, ...taken.errors]).toEqual([422, 'This name is taken.'])
    expect(taken.form('Save changes').value('name')).toBe('All fires')
    expect(taken.main).toContain('Smoking printer')
    expect(taken.main).not.toContain('Old fire')
    await expectGoodPage(taken)
    const gone = await view.form('Save changes').fill({ name: 'Printers', isShared: false }).submit()
    await gone.form('Remove view').submit()
  })

  test('§8: by the API only what is said is changed, only by its owner, six columns at most', async () => {
    const change = async (browser: typeof dana, input: object) => {
      const { data, errors = [] } = await browser.graphql(
        'mutation ($input: ChangeViewInput!) { changeView(input: $input) { view { name isShared columns query count } userErrors { code field } } }',
        { input },
      )
      return errors[0]?.extensions.code ?? data.changeView
    }
    const { data } = await dana.graphql('{ savedViews { id name } }')
    const view = data.savedViews.find(({ name }: { name: string }) => name === 'Urgent').id
    expect(await change(dana, { view, columns: ['STATUS'] })).toMatchObject({
      view: { name: 'Urgent', isShared: true, columns: ['STATUS'], count: 2 },
    })
    expect((await change(dana, { view, name: 'Urgent' })).view.query).toContain('priority=URGENT')
    expect(await change(dirk, { view, name: 'Mine now' })).toBe('NOT_FOUND')
    const many = ['STATUS', 'PRIORITY', 'ASSIGNEE', 'WAITING', 'UPDATED', 'CREATED', 'TAGS']
    expect((await change(dana, { view, columns: many })).userErrors).toEqual([{ code: 'TOO_LONG', field: 'columns' }])
    await change(dana, { view, columns: [] })
  })

  test('one of the same name is replaced; it is removed by its owner', async () => {
    const again = await dana.visit('/agent?filter=1&priority=HIGH')
    const saved = await again.form('Save view').fill({ name: 'Urgent' }).submit()
    expect(saved.main).toContain('Smoking printer')
    expect((await dirk.visit('/agent')).texts('nav.views a')).toEqual(['New filter'])
    const gone = await saved.form('Remove view').submit()
    expect(gone.texts('nav.views a')).toEqual(['All fires 2', 'New filter'])
  })

  test('a view needs a name', async () => {
    const page = await dana.visit('/agent?filter=1&priority=HIGH')
    const wrong = await page.form('Save view').submit()
    expect(wrong.status).toBe(422)
    expect(wrong.errors).toEqual(['Enter a name.'])
    expect(wrong.form('Show').value('priority')).toBe('HIGH')
  })
})
