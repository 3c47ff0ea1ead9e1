import { describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'
import { request } from './people.ts'

const here = await world()
const { as, sql, newcomer, clock } = here

const numbers = (page: Page) => page.texts('main tbody .number').map(Number)

describe('the queue', () => {
  test('§4.5 H4: shows what is open, those first who wait longest for an answer', async () => {
    const page = await as('dana').visit('/agent')
    expect(page.status).toBe(200)
    const rows = await sql(
      'select number from ticket where is_open and hold is null order by is_answered, queue_since, id limit 25',
    )
    expect(numbers(page)).toEqual(rows.map(row => row.number))
    const waits = page.texts('main tbody .when')
    const firstAnswered = waits.indexOf('answered')
    expect(firstAnswered).toBeGreaterThan(0)
    expect(waits.slice(0, firstAnswered).every(each => /\d+ (day|hour|minute)s?/.test(each))).toBe(true)
    expect(waits.slice(firstAnswered).every(each => each === 'answered')).toBe(true)
    await expectGoodPage(page)
  })

  test('§7: what is held is not in it, and its number of them leads there', async () => {
    const page = await as('dana').visit('/agent')
    const held = (await sql('select number from ticket where hold is not null')).map(row => row.number)
    expect(held.length).toBeGreaterThan(0)
    expect(numbers(page).filter(number => held.includes(number))).toEqual([])
    expect((await page.follow(/^Held \d/)).path).toBe('/agent/held')
  })

  test('§4.5: tabs for new, unassigned, unanswered, mine, waiting, done and all, with counts', async () => {
    const dana = as('dana')
    const [me] = await sql(`select id from person where email = 'dana@plaindesk.example'`)
    const expected = {
      new: `status = 'NEW' and hold is null`,
      unassigned: 'is_open and hold is null and assignee_id is null',
      unanswered: 'is_open and hold is null and not is_answered',
      mine: `is_open and hold is null and assignee_id = '${me?.id}'`,
      waiting: `status = 'WAITING' and hold is null`,
      done: 'not is_open and hold is null',
      all: 'hold is null',
    }
    for (const [tab, condition] of Object.entries(expected)) {
      const page = await dana.visit(`/agent?tab=${tab}`)
      const found = (await sql(`select number from ticket where ${condition}`)).map(row => Number(row.number))
      expect(numbers(page).sort(), tab).toEqual(found.sort())
      expect(page.texts('main nav [aria-current]')).toHaveLength(1)
      const [label] = page.texts('main nav [aria-current]')
      if (tab !== 'done' && tab !== 'all') expect(label, tab).toMatch(new RegExp(` ${found.length}$`))
    }
  })

  test('§4.5 §8: programs ask for what nobody works, and for what somebody does; customers cannot', async () => {
    const query = `{ nobodys: tickets(first: 100, filter: { unassigned: true, status: [NEW, OPEN, WAITING] }) { nodes { number assignee { name } } }
      somebodys: tickets(first: 100, filter: { unassigned: false }) { nodes { assignee { name } } } }`
    const { data } = await as('dana').graphql(query)
    const assignees = (list: { nodes: { assignee: unknown }[] }) => list.nodes.map(({ assignee }) => assignee)
    expect(assignees(data.nobodys).every(each => each === null)).toBe(true)
    expect(assignees(data.somebodys).length).toBeGreaterThan(0)
    expect(assignees(data.somebodys)).not.toContain(null)
    const tab = await as('dana').visit('/agent?tab=unassigned')
    expect(data.nobodys.nodes.map(({ number }: { number: number }) => number).sort()).toEqual(numbers(tab).sort())
    const asked = await as('ann').graphql(query)
    expect(asked.data).toEqual({ nobodys: { nodes: [] }, somebodys: { nodes: [] } })
  })

  test('§4.5: pages by keyset, none twice and none left out', async () => {
    const { browser } = await newcomer()
    for (let i = 0; i < 26; i += 1) {
      clock.forward({ seconds: 1 })
      await browser.graphql(
        'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { userErrors { code } } }',
        { input: { subject: `Paged ${i}`, message: 'x' } },
      )
    }
    const all = (await sql('select number from ticket where is_open and hold is null')).map(row => Number(row.number))
    const seen: number[] = []
    let page = await as('dana').visit('/agent')
    seen.push(...numbers(page))
    while (page.hasLink(/Next page/)) {
      page = await page.follow(/Next page/)
      seen.push(...numbers(page))
    }
    expect(seen.length).toBe(all.length)
    expect([...seen].sort()).toEqual(all.sort())
    const back = await page.follow(/Previous page/)
    expect(numbers(back)).toEqual(seen.slice(0, 25))
    expect((await as('dana').visit('/agent?after=nonsense')).path).toBe('/agent')
  })
})

describe('overdue', () => {
  const promise = (days: string, hours: number) =>
    sql(
      `insert into agreement (id, organization_id, "from", "until", portal_access, response_hours)
       select gen_random_uuid(), organization_id, current_date - 30, ${days}, true, $1 from person where email = 'eve@globex.example'`,
      [hours],
    )
  const overdue = async () => {
    const page = await as('dana').visit('/agent?tab=overdue')
    const [, count] = /Overdue (\d+)/.exec(page.texts('main nav a').join(' ')) ?? []
    expect(numbers(page)).toHaveLength(Number(count))
    const { data } = await as('dana').graphql(
      '{ late: tickets(first: 100, filter: { overdue: true }) { nodes { number } } all: tickets(first: 1) { totalCount } rest: tickets(first: 1, filter: { overdue: false }) { totalCount } }',
    )
    expect(data.late.nodes.map((each: { number: number }) => each.number).sort()).toEqual(numbers(page).sort())
    expect(data.rest.totalCount).toBe(data.all.totalCount - Number(count))
    return numbers(page)
  }

  test('§4.5 V6: what nobody answered in the hours that an agreement in force promises', async () => {
    const { data } = await as('eve').graphql(
      'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } } }',
      { input: { subject: 'Where are you?', message: 'I was promised an answer.' } },
    )
    const { number } = data.createTicket.ticket
    expect(await overdue()).not.toContain(number)
    await promise('current_date - 1', 1) // over
    await promise('null', 4)
    await promise('current_date + 30', 8) // the shorter promise counts, and the ticket once
    clock.forward({ hours: 3 })
    expect(await overdue()).not.toContain(number)
    clock.forward({ hours: 2 })
    expect((await overdue()).filter(each => each === number)).toEqual([number])
    await as('dana').graphql(
      'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { userErrors { code } } }',
      { input: { number, message: 'Here.', status: 'OPEN' } },
    )
    expect(await overdue()).not.toContain(number)
    clock.reset()
  })
})

describe('search', () => {
  test('§4.5: a number leads to its ticket, with and without #', async () => {
    const number = await request(here, { email: 'search@number.example', subject: 'Findable by number' })
    const form = (await as('dana').visit('/agent')).form('Search')
    expect((await form.fill({ q: String(number) }).submit()).path).toBe(`/agent/tickets/${number}`)
    expect((await form.fill({ q: `#${number}` }).submit()).path).toBe(`/agent/tickets/${number}`)
  })

  test('§4.5: words of subject and message, the customer’s name and address, whatever the status', async () => {
    const number = await request(here, {
      email: 'wilhelmine@quince.example',
      name: 'Wilhelmine Quince',
      subject: 'Marzipan machine',
      message: 'It squeaks dreadfully.',
    })
    await as('dana').graphql(
      'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { userErrors { code } } }',
      { input: { number, status: 'CLOSED' } },
    )
    for (const q of ['marzipan', 'squeaks', 'Wilhelmine', 'wilhelmine@quince.example']) {
      const page = await (await as('sam').visit('/agent')).form('Search').fill({ q }).submit()
      expect(numbers(page), q).toEqual([number])
    }
    const nothing = await (await as('dana').visit('/agent')).form('Search').fill({ q: 'zebra crossing' }).submit()
    expect(nothing.main).toContain('Nothing found')
  })

  test('§8: says how many it found: one, many, none', async () => {
    const { browser } = await newcomer()
    const search = async (q: string) => (await as('dana').visit(`/agent?q=${q}`)).texts('main [role=status]').join()
    for (let i = 0; i < 27; i += 1) {
      await browser.graphql(
        'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { userErrors { code } } }',
        { input: { subject: `Galoshes ${i}`, message: i === 0 ? 'umbrella' : 'x' } },
      )
    }
    expect(await search('galoshes')).toContain('27 tickets contain “galoshes”')
    expect(await search('umbrella')).toContain('1 ticket contains “umbrella”')
    expect(await search('sou%E2%80%99wester')).toContain('No ticket contains')
    await sql(`update ticket set subject = 'Galoshes' where subject = 'Galoshes 1'`)
    await sql(`insert into ticket (id, subject, status, priority, requester_id, tags, requester_proven, created_at, updated_at, touched_at, last_message_at)
      select gen_random_uuid(), 'Galoshes', 'OPEN', 'NORMAL', requester_id, '{}', true, created_at, updated_at, touched_at, last_message_at
      from ticket, generate_series(1, 1000) where subject = 'Galoshes'`)
    expect(await search('galoshes')).toContain('More than 1,000 tickets contain “galoshes”; you see the newest 1,000')
  })

  test('§4.5: a mistyped name or address of a person or an organization finds their tickets, and says so', async () => {
    const number = await request(here, {
      email: 'henriette@krautwurst.example',
      name: 'Henriette Müller-Krautwurst',
      subject: 'Hinges',
    })
    await sql(
      `insert into organization (id, name, created_at) values (gen_random_uuid(), 'Zylinderkopf Maschinenbau', now())`,
    )
    await sql(
      `update ticket set organization_id = (select id from organization where name like 'Zylinder%') where number = $1`,
      [number],
    )
    const dana = as('dana')
    for (const q of [
      'Henriete',
      'Mueler-Krautwurst',
      'henriette kruatwurst',
      'henriete@krautwurst.exmaple',
      'Zilinderkopf',
      'Maschinenbua',
    ]) {
      const page = await dana.visit(`/agent?q=${encodeURIComponent(q)}`)
      expect(numbers(page), q).toContain(number)
      expect(page.texts('main [role=status]').join(), q).toMatch(
        /No ticket contains “.*”\. Similar names: .*(Henriette|Zylinder)/,
      )
      expect(page.hasButton(/^Change all/)).toBe(false)
      await expectGoodPage(page)
    }
    const { data } = await dana.graphql(
      '{ tickets(filter: { search: "Henriete" }) { similarNames totalCount nodes { number } } }',
    )
    expect(data.tickets).toMatchObject({ similarNames: ['Henriette Müller-Krautwurst'], nodes: [{ number }] })
    const asked = await as('ann').graphql('{ tickets(filter: { search: "Henriete" }) { similarNames totalCount } }')
    expect(asked.data.tickets).toEqual({ similarNames: [], totalCount: 0 })
    // What has the words is not mixed with what is similar.
    const exact = await dana.graphql('{ tickets(filter: { search: "Henriette" }) { similarNames nodes { number } } }')
    expect(exact.data.tickets).toEqual({ similarNames: [], nodes: [{ number }] })
    for (const q of ['qqq', 'x1', '%%%%', "'; drop"])
      expect((await dana.visit(`/agent?q=${encodeURIComponent(q)}`)).status, q).toBe(200)
  })

  test('§8: of many matches the newest, also of a word that is rare among the newest', async () => {
    await sql(`insert into ticket (id, subject, status, priority, requester_id, requester_proven, created_at, updated_at, touched_at, last_message_at)
      select gen_random_uuid(), case when n <= 1100 then 'Ostrich' else 'Filler' end, 'OPEN', 'NORMAL', p.id, true, at, at, at, at
      from generate_series(1, 3200) n, person p, lateral (select timestamptz '2025-01-01' + n * interval '1 minute' as at) times where p.email = 'eve@globex.example'`)
    const page = await as('dana').visit('/agent?q=ostrich')
    const rows = await sql(
      `select number from ticket where subject = 'Ostrich' order by touched_at desc, id desc limit 25`,
    )
    expect(numbers(page)).toEqual(rows.map(row => row.number))
    expect(page.texts('main [role=status]').join()).toContain('More than 1,000 tickets contain “ostrich”')
  })

  test('§4.5: marks what was searched for in the subject, and in some words of a message or the name of a file', async () => {
    const { browser } = await newcomer('Marka Hit')
    const { id } = (await browser.upload({ filename: 'Kohlrabi-Liste.txt', content: 'x' })).json
    const created = await browser.graphql(
      'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } } }',
      {
        input: {
          subject: 'Wacky <b>Ventilators</b> & R-20931',
          message: `Long ago. ${'Nothing of note here. '.repeat(40)} The ventilator <script>alert(1)</script> of Häuser rattles.${' And so on.'.repeat(60)}`,
          attachments: [id],
        },
      },
    )
    const { number } = created.data.createTicket.ticket
    const marks = async (who: typeof browser, path: string) => {
      const page = await who.visit(path)
      expect(numbers(page)).toEqual([number])
      expect(page.$('main script')).toHaveLength(0)
      expect(page.texts('main .cover')).toEqual(['Wacky <b>Ventilators</b> & R-20931'])
      return { marks: page.texts('main mark'), excerpt: page.texts('main .excerpt').join() }
    }
    for (const [who, list] of [
      [as('dana'), '/agent'],
      [browser, '/tickets'],
    ] as const) {
      const hit = await marks(who, `${list}?q=ventilator`)
      expect(hit.marks).toEqual(['Ventilators', 'ventilator'])
      expect(hit.excerpt).toMatch(/^… .*The ventilator <script>alert\(1\)<\/script> of.* …$/)
      expect(hit.excerpt.length).toBeLessThan(400)
      expect((await marks(who, `${list}?q=haus+wacky+-zebra`)).marks).toEqual(['Wacky', 'Häuser'])
      expect((await marks(who, `${list}?q=R-20931+wacky`)).marks.join(' ')).toContain('20931')
      expect((await marks(who, `${list}?q=kohlrabi`)).excerpt).toBe('Kohlrabi-Liste.txt')
      expect((await marks(who, `${list}?q=wacky+rattling`)).marks).toEqual(['Wacky', 'rattles'])
    }
  })

  test('§3: of notes only the team reads an excerpt; by the API as well', async () => {
    const number = await request(here, { email: 'ann@acme.example', subject: 'Plain as day' })
    await as('dana').graphql(
      'mutation ($input: NoteOnTicketInput!) { noteOnTicket(input: $input) { userErrors { code } } }',
      { input: { number, message: 'Brimstone, says the day shift.' } },
    )
    const query = `{ ticket(number: ${number}) { match(search: "day brimstone") { subject { text isHit } excerpt { text isHit } isNote } } }`
    const team = (await as('sam').graphql(query)).data.ticket.match
    expect(team.isNote).toBe(true)
    expect(
      team.excerpt.filter(({ isHit }: { isHit: boolean }) => isHit).map(({ text }: { text: string }) => text),
    ).toEqual(['Brimstone', 'day'])
    const hers = (await as('ann').graphql(query)).data.ticket.match
    expect(hers).toEqual({
      subject: [
        { text: 'Plain as ', isHit: false },
        { text: 'day', isHit: true },
      ],
      excerpt: null,
      isNote: false,
    })
  })

  test.each([
    'q=galoshes',
    'q=Albrs+Annn',
    'filter=1&words=marzipan&columns=CATEGORY',
    'filter=1&words=Albrs&columns=CATEGORY',
  ])('Quality: %s costs at most 8 statements, with a view beside it that searches', async query => {
    const dana = as('dana')
    await dana.graphql(
      'mutation { saveView(input: { name: "Searching", filter: { search: "rechnung" } }) { view { id } } }',
    )
    await dana.visit(`/agent?${query}`)
    await here.settled()
    const { statements } = await statementsOf(() => dana.visit(`/agent?${query}`))
    expect(statements.length).toBeLessThanOrEqual(8)
  })

  test('§8: finds words of internal notes for the team', async () => {
    const number = await request(here, { email: 'noted@search.example', subject: 'Has a note' })
    const ticket = await as('dana').visit(`/agent/tickets/${number}`)
    await ticket.form('Add note').fill({ message: 'smells of petrichor' }).submit()
    const page = await (await as('dana').visit('/agent')).form('Search').fill({ q: 'petrichor' }).submit()
    expect(numbers(page)).toEqual([number])
  })
})

test('§4.5: sales reads the queue, without what only agents do', async () => {
  const page = await as('sam').visit('/agent')
  expect(numbers(page).length).toBeGreaterThan(0)
  expect(page.hasLink(/^Mine/)).toBe(false)
  expect(page.hasLink('New ticket')).toBe(false)
  expect(page.hasLink(/^Held/)).toBe(false)
})

test('§4.5: the next ticket is the one that waits longest and that nobody else works', async () => {
  const [first] = await sql(
    `select t.number from ticket t left join person p on p.id = t.assignee_id
     where is_open and hold is null and not is_answered and (p.id is null or p.email = 'dirk@plaindesk.example') order by queue_since, t.id limit 1`,
  )
  expect((await as('dirk').visit('/agent/next')).path).toBe(`/agent/tickets/${first?.number}`)
  expect((await as('dirk').visit(`/agent/next?after=${first?.number}`)).path).not.toBe(
    `/agent/tickets/${first?.number}`,
  )
})
