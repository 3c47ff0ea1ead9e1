// "My requests": what is on it, in which order, in which tab, on which page, and what a search finds.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { statementsOf } from '../kit/sql.ts'
import { type Newcomer, world } from '../world.ts'
import { answer, note, open, openIn, type Status, update } from './deeds.ts'
import { byApi } from './doors.ts'

const { as, sql, newcomer } = await world()

const dana = as('dana')
const numbersOn = (page: Page): number[] => page.texts('main td.number').map(Number)
const counts = (page: Page): string[] => page.texts('main nav .count')
/** Everything that is somebody's, as the database knows it. */
const ownOf = async (email: string): Promise<number[]> =>
  (await sql('select number from ticket t join person p on p.id = t.requester_id where email = $1', [email])).map(row =>
    Number(row.number),
  )

/** Many tickets of somebody, three to a second so that times alone do not tell them apart; answers their numbers. */
async function fill({ email }: Newcomer, count: number, status: Status, subject = 'Bulk'): Promise<number[]> {
  const rows = await sql(
    `insert into ticket (id, subject, status, priority, requester_id, requester_proven, created_at, updated_at, touched_at, last_message_at, closed_at)
     select gen_random_uuid(), $3 || ' ' || n, $4::ticket_status, 'NORMAL', p.id, true, at, at, at, at, case when $4 = 'CLOSED' then at end
     from person p, generate_series(1, $2::int) n, lateral (select date_trunc('second', now()) - (10 + n / 3) * interval '1 second' as at) times
     where p.email = $1 returning number`,
    [email, count, subject, status],
  )
  return rows.map(row => Number(row.number))
}

const NEXT = 'Next page →'

async function walk(
  from: Page,
  link: string,
  between: (step: number) => Promise<unknown> = async () => {},
): Promise<Page[]> {
  const pages = [from]
  for (let page = from; page.hasLink(link); pages.push(page)) {
    await between(pages.length)
    page = await page.follow(link)
    if (pages.length > 60) throw new Error('pages without end')
  }
  return pages
}

describe('the list', () => {
  test.each(['ann', 'bo', 'eve'] as const)(
    'V1 V2: %s sees all tickets they reported and no other, each with its status',
    async name => {
      const page = await as(name).visit('/tickets')
      const own = await sql(
        'select number, subject, status from ticket t join person p on p.id = t.requester_id where email = $1',
        [people[name].email],
      )
      expect(numbersOn(page).sort()).toEqual(own.map(row => Number(row.number)).sort())
      for (const { number, subject, status } of own) {
        const row = page.$('main tr').filter((_, each) => page.$(each).find('td.number').text() === String(number))
        expect([row.find('a').attr('href'), row.find('a').text()]).toEqual([`/tickets/${number}`, subject])
        expect(row.find('.status').attr('class')).toContain(String(status).toLowerCase())
        expect(row.find('time').attr('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/)
      }
      await expectGoodPage(page)
    },
  )

  test('V2 H11: the status is a word, in the reader’s language', async () => {
    const words = (page: Page) => new Set(page.texts('main .status'))
    expect(words(await as('ann').visit('/tickets'))).toEqual(
      new Set(['Eingegangen', 'In Bearbeitung', 'Wartet auf Sie', 'Fertig', 'Abgeschlossen']),
    )
    expect(words(await as('bo').visit('/tickets'))).toEqual(new Set(['Waiting for you', 'Closed']))
  })

  test('H10: “My requests” at the top right leads to it from every page', async () => {
    for (const [name, words] of [
      ['bo', 'My requests'],
      ['ann', 'Meine Anfragen'],
    ] as const)
      for (const path of ['/help', '/account', '/tickets/new', '/tickets/99999999']) {
        const page = await as(name).visit(path)
        expect(page.$('header a, nav a').filter((_, a) => page.$(a).text().trim() === words).length, path).toBe(1)
        expect((await page.follow(words)).path).toBe('/tickets')
      }
  })

  test('H4 §2: open ones come first, then what is done, each half by its last change', async () => {
    const { browser } = await newcomer('Olaf Order')
    const numbers: number[] = []
    for (const status of ['NEW', 'DONE', 'WAITING', 'CLOSED', 'OPEN'] as Status[])
      numbers.push(await openIn(browser, dana, status, `Order ${status}`))
    const [fresh, done, waiting, closed, inWork] = numbers
    expect(numbersOn(await browser.visit('/tickets'))).toEqual([inWork, waiting, fresh, closed, done])
    await byApi.comment(browser, Number(waiting), { message: 'Bump.' })
    await byApi.comment(browser, Number(done), { message: 'Not done.' })
    expect(numbersOn(await browser.visit('/tickets'))).toEqual([done, waiting, inWork, fresh, closed])
    // What the team does among itself is no change for the customer.
    await note(dana, Number(fresh), 'Hm.')
    await update(dana, Number(fresh), { priority: 'HIGH', tags: ['x'] })
    expect(numbersOn(await browser.visit('/tickets'))).toEqual([done, waiting, inWork, fresh, closed])
  })

  test('V1: who has none yet is shown the way to the first', async () => {
    const { browser } = await newcomer('Nils None')
    const page = await browser.visit('/tickets')
    expect(page.main).toContain('No requests yet')
    expect((await page.follow('New request')).path).toBe('/tickets/new')
    expect(page.hasButton('Search')).toBe(false)
    await expectGoodPage(page)
  })
})

describe('tabs', () => {
  test('H4 §2: open is NEW, OPEN and WAITING; done is DONE and CLOSED; each says how many, and which one is shown', async () => {
    const { browser } = await newcomer('Tilda Tabs')
    const by: Partial<Record<Status, number>> = {}
    for (const status of ['NEW', 'OPEN', 'WAITING', 'DONE', 'CLOSED'] as Status[])
      by[status] = await openIn(browser, dana, status, `Tab ${status}`)
    const shown = async (path: string) => {
      const page = await browser.visit(path)
      expect(counts(page)).toEqual(['5', '3', '2'])
      return [numbersOn(page).sort(), page.texts('main nav [aria-current=page]').join()]
    }
    const [open, done] = [[by.NEW, by.OPEN, by.WAITING].sort(), [by.DONE, by.CLOSED].sort()]
    expect(await shown('/tickets')).toEqual([[...open, ...done].sort(), 'All 5'])
    expect(await shown('/tickets?status=all')).toEqual([[...open, ...done].sort(), 'All 5'])
    expect(await shown('/tickets?status=open')).toEqual([open, 'Open 3'])
    expect(await shown('/tickets?status=done')).toEqual([done, 'Done 2'])
    expect(await shown('/tickets?status=nonsense')).toEqual([[...open, ...done].sort(), 'All 5'])
    expect((await (await browser.visit('/tickets')).follow(/^Done/)).path).toBe('/tickets?status=done')
  })

  test('§8: counts are exact to 1,000, then they say “1,000+”', async () => {
    const heavy = await newcomer('Hedwig Heavy')
    await fill(heavy, 1000, 'OPEN')
    await fill(heavy, 999, 'CLOSED')
    expect(counts(await heavy.browser.visit('/tickets'))).toEqual(['1,000+', '1,000', '999'])
    await fill(heavy, 2, 'NEW')
    const page = await heavy.browser.visit('/tickets')
    expect(counts(page)).toEqual(['1,000+', '1,000+', '999'])
    expect(numbersOn(page)).toHaveLength(25)
    const { data } = await heavy.browser.graphql('{ tickets { totalCount } ticketCounts { all open done } }')
    expect(data).toEqual({ tickets: { totalCount: 1001 }, ticketCounts: { all: 1001, open: 1001, done: 999 } })
    await sql(`update person set language = 'de' where email = $1`, [heavy.email])
    expect(counts(await heavy.browser.visit('/tickets?lang=de'))).toEqual(['1.000+', '1.000+', '999'])
    const found = await heavy.browser.visit('/tickets?q=bulk')
    expect(found.text).toMatch(/1\.000/)
    expect(counts(found)[0]).toBe('1.000+')
  })

  test('quality, Speed: a search goes by last change, over the newest 1,000 matches, and says so', async () => {
    const heavy = await newcomer('Hanna Heavy')
    await fill(heavy, 1_040, 'OPEN')
    const met: string[] = []
    const page = await heavy.browser.visit('/tickets?q=bulk')
    expect(page.text).toMatch(/more than 1,000 matches; you see the newest 1,000/)
    for (const each of await walk(page, NEXT)) met.push(...numbersOn(each).map(String))
    const newest = await sql<{ number: number }>(
      `select number from ticket where requester_id = (select id from person where email = $1)
       order by updated_at desc, id desc limit 1000`,
      [heavy.email],
    )
    expect(met).toEqual(newest.map(({ number }) => String(number)))
  })

  test('quality, Speed: a list of more than 1,000 is not counted again for a while', async () => {
    const heavy = await newcomer('Conny Countless')
    const query = `query ($since: DateTime) { tickets(filter: { createdSince: $since }) { totalCount } }`
    const since = new Date(Date.now() - 86_400_000).toISOString()
    const count = async () => {
      const { result, statements } = await statementsOf(() => heavy.browser.graphql(query, { since }))
      const counting = statements.filter(({ text }) => text.includes('counted'))
      return [result.data.tickets.totalCount, counting.length]
    }
    await fill(heavy, 1_000, 'OPEN')
    expect([await count(), await count()]).toEqual([
      [1_000, 1],
      [1_000, 1],
    ])
    await fill(heavy, 1, 'OPEN')
    expect([await count(), await count()]).toEqual([
      [1_001, 1],
      [1_001, 0],
    ])
  })

  test('quality, Speed: tabs and programs see the same newest 1,000, the team its own, and a copy all', async () => {
    const heavy = await newcomer('Zoe Zebra')
    await fill(heavy, 20, 'OPEN', 'Zebrafish')
    await fill(heavy, 1_000, 'CLOSED', 'Zebrafish')
    await sql(`update ticket set updated_at = updated_at - interval '1 hour', touched_at = touched_at - interval '1 hour'
      where subject like 'Zebrafish%' and status = 'OPEN'`)
    await fill(heavy, 3, 'OPEN', 'Zebrafish')
    const open = await heavy.browser.visit('/tickets?q=zebrafish&status=open')
    expect([numbersOn(open).length, counts(open)]).toEqual([3, ['1,000+', '3', '998']])
    const page = `pageInfo { hasNextPage endCursor } nodes { number } totalCount`
    const query = `query ($after: String, $orderBy: TicketOrder) {
      tickets(first: 100, after: $after, orderBy: $orderBy, filter: { search: "zebrafish" }) { ${page} } }`
    type Found = { nodes: { number: number }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
    const all = async (who: Browser, orderBy: string | null = null) => {
      const met = new Set<number>()
      for (let after: string | null = null, more = true; more; ) {
        const found: Found = (await who.graphql(query, { after, orderBy })).data.tickets
        for (const { number } of found.nodes) met.add(number)
        ;({ hasNextPage: more, endCursor: after } = found.pageInfo)
      }
      return met.size
    }
    expect(await all(heavy.browser)).toBe(1_000)
    expect(await all(heavy.browser, 'CREATED_AT_DESC')).toBe(1_000)
    expect(await all(dana)).toBe(1_000)
    expect(await all(dana, 'CREATED_AT_ASC')).toBe(1_000)
    expect(await all(dana, 'UPDATED_AT_ASC')).toBe(1_023)
    expect((await dana.graphql(query)).data.tickets.totalCount).toBe(1_001)
    expect((await heavy.browser.graphql(query)).data.tickets.totalCount).toBe(1_001)
  })
})

describe('searching', () => {
  let sue: Newcomer
  let printer: number
  let rechnung: number

  beforeAll(async () => {
    sue = await newcomer('Sue Search')
    printer = await open(sue.browser, 'The printers are jammed', 'Pages were printed twice, with a rattling noise.')
    rechnung = await open(sue.browser, 'Zwei Rechnungen fehlen', 'Die Häuser wurden doppelt berechnet: R-7781.')
    const { id } = (await sue.browser.upload({ filename: 'oscilloscope-trace_04.txt', content: 'x' })).json
    await sue.browser.graphql(
      'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { ticket { number } } }',
      { input: { number: rechnung, attachments: [id] } },
    )
    await answer(dana, printer, 'Have you cleaned the feeder?')
  })

  const find = async (q: string, browser: Browser = sue.browser): Promise<number[]> => {
    const { form } = await search(browser, q)
    return form
  }
  const search = async (browser: Browser, q: string) => {
    const page = await (await browser.visit('/tickets'))
      .form(/^(Search|Suchen)$/)
      .fill({ q })
      .submit()
    expect(page.status).toBe(200)
    const { data } = await browser.graphql(
      'query ($q: String) { tickets(first: 100, filter: { search: $q }) { nodes { number } } ticketCounts(filter: { search: $q }) { all } }',
      { q },
    )
    const form = numbersOn(page)
    // The page and the API find the same.
    expect(data.tickets.nodes.map(({ number }: { number: number }) => number)).toEqual(form)
    expect(data.ticketCounts.all).toBe(form.length)
    return { page, form }
  }

  test.each(['printer', 'PRINTING', 'rattle', 'page jam', 'cleaning feeders', 'jammed'])(
    '§5: “%s” finds English words by their stem',
    async q => {
      expect(await find(q)).toEqual([printer])
    },
  )

  test.each(['rechnung', 'Rechnung fehlen', 'Haus', 'HÄUSERN', 'r-7781'])(
    '§5: “%s” finds German words by their stem',
    async q => {
      expect(await find(q)).toEqual([rechnung])
    },
  )

  test('§5: the name of a file, and each word of it', async () => {
    for (const q of ['oscilloscope', 'trace', 'oscilloscope-trace_04.txt']) expect(await find(q), q).toEqual([rechnung])
  })

  test('§5: a number finds its ticket, with # or without', async () => {
    expect(await find(String(printer))).toEqual([printer])
    expect(await find(`#${printer}`)).toEqual([printer])
    expect(await find(` #${printer} `)).toEqual([printer])
  })

  test('§5: a long number that somebody wrote about is found as well', async () => {
    const number = await open(sue.browser, `Once more ${printer}`, 'Order 4500187 is 4500187342.')
    for (const q of ['4500187', '#4500187', '4500187342']) expect(await find(q), q).toEqual([number])
    expect((await find(String(printer))).sort()).toEqual([printer, number].sort())
    expect((await dana.visit(`/agent?q=${printer}`)).path).toBe(`/agent/tickets/${printer}`)
  })

  test('§5: a reference number is found as it was written, in parts, and with any dash', async () => {
    const number = await open(
      sue.browser,
      'Mahnung zu RG-2026-00417',
      'Seriennummer SN-4711A–0815, Kunde KD_2231-7 (-20931), Bestellung 12-AB-34 vom 2026-11-17; E-Mail-Adresse falsch, Software-Update-Paket fehlt.',
    )
    const queries = [
      ...['RG-2026-00417', 'rg 2026 00417', '00417', '"RG-2026-00417"', '(RG-2026-00417)', 'RG–2026–00417'],
      ...['SN-4711A', '4711A-0815', '4711a', '0815', 'SN-4711A-0815', 'KD_2231-7', '20931', '12-AB-34', 'AB-34'],
      ...['2026-11-17', 'E-Mail', 'E-Mail-Adresse', 'Mail-Adresse', 'Software-Updates', '"Software-Update"'],
      ...['Mahnung - RG-2026-00417', 'Mahnung – 00417', '"Kunde -20931" or 00417', '00417 -2027', '00417 -R-20931'],
    ]
    for (const q of queries) expect([q, await find(q)]).toEqual([q, [number]])
    for (const q of ['RG-2026-00418', '00417 -20931', 'mahnung -SN-4711A', '-20931 mahnung', 'Mail-E'])
      expect([q, await find(q)]).toEqual([q, []])
  })

  test('§5: quotes ask for the words as they stand, a minus leaves out, “or” takes either', async () => {
    expect(await find('"printed twice"')).toEqual([printer])
    expect(await find('"twice printed"')).toEqual([])
    expect(await find('noise -printed')).toEqual([])
    expect(await find('noise -lamp')).toEqual([printer])
    expect((await find('noise or rechnung')).sort()).toEqual([printer, rechnung].sort())
    expect(await find('"unbalanced')).toEqual([])
  })

  test('§3: never anything of others, nor what only the team said', async () => {
    const theirs = await open(as('eve'), 'Xerophyte', 'Xerophyte in the printer')
    await note(dana, printer, 'A xerophyte, again. Kuddelmuddel.')
    expect(await find('xerophyte')).toEqual([])
    expect(await find('kuddelmuddel')).toEqual([])
    expect(await find(String(theirs))).toEqual([])
    expect(await find('xerophyte', as('eve'))).toEqual([theirs])
    const { page } = await search(sue.browser, 'xerophyte')
    expect(page.main).toContain('Nothing found')
    expect(counts(page)).toEqual(['0', '0', '0'])
    await expectGoodPage(page)
  })

  test('H4 §5: the tabs count what was found, and keep the words', async () => {
    const done = await openIn(sue.browser, dana, 'DONE', 'Gardening')
    const open_ = await open(sue.browser, 'Gardens')
    const { page } = await search(sue.browser, 'garden')
    expect(counts(page)).toEqual(['2', '1', '1'])
    expect(numbersOn(page)).toEqual([open_, done])
    const tab = await page.follow(/^Done/)
    expect(tab.path).toBe('/tickets?status=done&q=garden')
    expect([numbersOn(tab), tab.form('Search').value('q')]).toEqual([[done], 'garden'])
    const again = await tab.form('Search').fill({ q: 'gardens' }).submit()
    expect(again.path).toBe('/tickets?status=done&q=gardens')
    expect((await again.follow('Clear search')).path).toBe('/tickets?status=done')
  })

  test('§9: words are words: markup comes back escaped, and nothing but blanks asks for nothing', async () => {
    const { page } = await search(sue.browser, '"><script>alert(1)</script>')
    expect(page.$('main script').length).toBe(0)
    expect(page.form('Search').value('q')).toBe('"><script>alert(1)</script>')
    expect((await find('   ')).length).toBeGreaterThan(2)
    for (const q of ['!', '&', ':*', "'", '\\', '-', '""', '()', 'the', 'der die das', '%', '_'])
      expect(Array.isArray(await find(q)), q).toBe(true)
  })
})

describe('pages', () => {
  const BACK = '← Previous page'

  /** Follows a link until it is gone; `between` happens before each step. */

  test('§5 §8: 25 on a page; forward and back meet every ticket once, in one order', async () => {
    const paul = await newcomer('Paul Pages')
    await fill(paul, 40, 'OPEN')
    await fill(paul, 22, 'CLOSED')
    const forward = await walk(await paul.browser.visit('/tickets'), NEXT)
    const met = forward.map(numbersOn)
    expect(met.map(page => page.length)).toEqual([25, 25, 12])
    expect([...met.flat()].sort()).toEqual((await ownOf(paul.email)).sort())
    const isOpen = forward.flatMap(page => page.texts('main td .status')).map(word => word === 'In progress')
    expect(isOpen).toEqual([...Array(40).fill(true), ...Array(22).fill(false)])
    const back = await walk(forward.at(-1) as Page, BACK)
    expect(back.map(numbersOn).reverse()).toEqual(met)
    expect([forward[0]?.hasLink(BACK), forward.at(-1)?.hasLink(NEXT)]).toEqual([false, false])
    for (const page of forward.slice(0, 2)) await expectGoodPage(page)
  })

  test('§8: a full last page is the last one', async () => {
    const fay = await newcomer('Fay Full')
    await fill(fay, 50, 'OPEN')
    const pages = await walk(await fay.browser.visit('/tickets'), NEXT)
    expect(pages.map(page => numbersOn(page).length)).toEqual([25, 25])
  })

  test('§8: a tab and a search keep their pages to themselves', async () => {
    const kim = await newcomer('Kim Keeps')
    await fill(kim, 30, 'OPEN', 'Walnut')
    await fill(kim, 30, 'OPEN', 'Hazel')
    await fill(kim, 30, 'CLOSED', 'Walnut')
    const pages = await walk(await kim.browser.visit('/tickets?status=open&q=walnut'), NEXT)
    expect(pages.map(page => numbersOn(page).length)).toEqual([25, 5])
    expect(pages.flatMap(page => page.texts('main .wide')).every(subject => subject.startsWith('Walnut'))).toBe(true)
    expect(pages[1]?.url.searchParams.get('q')).toBe('walnut')
    expect(pages[1]?.url.searchParams.get('status')).toBe('open')
  })

  test('§8: while tickets change, none is met twice, and none that stays is missed', async () => {
    const carl = await newcomer('Carl Changes')
    await fill(carl, 70, 'OPEN')
    const all = await ownOf(carl.email)
    const seen: number[] = []
    const changed: number[] = []
    const first = await carl.browser.visit('/tickets')
    const pages = await walk(first, NEXT, async step => {
      const [page] = [numbersOn(await carl.browser.visit('/tickets'))]
      seen.push(...page)
      // One that was met, one that was not yet, and a new one; all of them move to the front.
      const unmet = all.filter(number => !seen.includes(number) && !changed.includes(number))
      for (const number of [Number(page[3]), Number(unmet[step])]) {
        await answer(dana, number, 'Moved.')
        changed.push(number)
      }
      await open(carl.browser, 'New meanwhile')
    })
    const met = pages.flatMap(numbersOn)
    expect(met.length).toBe(new Set(met).size)
    expect(all.filter(number => !changed.includes(number) && !met.includes(number))).toEqual([])
    const back = (await walk(pages.at(-1) as Page, BACK)).flatMap(numbersOn)
    expect(back.length).toBe(new Set(back).size)
    expect((await ownOf(carl.email)).filter(number => !back.includes(number))).toEqual([])
  })

  test('§9: a cursor that is none, or one of another list, leads to the first page', async () => {
    const bea = await newcomer('Bea Bad')
    await fill(bea, 60, 'OPEN')
    const first = await bea.browser.visit('/tickets')
    const cursor = new URL(first.link(NEXT)).searchParams.get('after') ?? ''
    const fields: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const forged = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString('base64url')
    const bad = [
      'nonsense',
      cursor.slice(0, -4),
      forged(),
      forged(...fields.slice(0, 2), 'x', 'y', 'z'),
      forged(...fields.slice(0, 2), true, 'infinity!', fields[4]),
      forged(...fields.slice(0, 4), "' or 1=1 --"),
      forged(...fields.slice(0, 3), null, null),
      forged(...fields.slice(0, 3), 1e300, fields[4]),
      forged(...fields.slice(0, 3), '2026-01-01T00:00:00Z\u0000', fields[4]),
    ]
    for (const each of bad)
      for (const way of ['after', 'before']) {
        const page = await bea.browser.visit(`/tickets?status=open&${way}=${encodeURIComponent(each)}`)
        expect([page.status, page.path], `${way}=${each}`).toEqual([200, '/tickets?status=open'])
      }
    const elsewhere = await bea.browser.visit(`/tickets?status=done&after=${cursor}`)
    expect(elsewhere.path).toBe('/tickets?status=done')
    // Somebody else's cursor is only a place in the order: it shows what is one's own.
    const others = await as('bo').visit(`/tickets?after=${cursor}`)
    expect(numbersOn(others).every(number => number < 11_000)).toBe(true)
    for (const number of numbersOn(others)) expect(await ownOf(people.bo.email)).toContain(number)
  })
})
