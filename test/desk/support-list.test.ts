// Sales' page: who is on the support list, who left and when, what runs out, whose invitation or mail went nowhere.
import { beforeEach, describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { request } from './people.ts'

const here = await world()
const { as, sql, clock, newcomer } = here
const sam = as('sam')

beforeEach(() => sql('delete from rate_limit'))

const names = async (path: string): Promise<string[]> => (await sam.visit(path)).texts('tbody .who')

test('V16: who is on the list, who wishes to be and who left, each with its date', async () => {
  const page = await sam.visit('/agent/list')
  await expectGoodPage(page)
  expect(page.main).toMatch(/Ann Albers ?ann@acme.example Acme GmbH/)
  expect(page.main).toMatch(/On the list since \d/)
  expect(page.texts('tbody .who')).not.toContain('cem@acme.example')
  const left = await page.follow(/^Left/)
  await expectGoodPage(left)
  expect(left.main).toMatch(/Cem Can ?cem@acme.example.*Left on .*leave link/i)
  expect(await names('/agent/list?tab=pending')).toEqual(['carla@initech.example'])
})

test('V16: whoever left is put back from there; they move to the other part', async () => {
  const { browser, email } = await newcomer('Lena Left')
  await browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
  expect((await browser.visit('/tickets')).status).toBe(403)
  const page = await sam.visit('/agent/list?tab=left&q=Lena')
  expect(page.texts('tbody .who')).toEqual([email])
  const back = await page.form(/^Put back/).submit()
  expect(back.path).toBe('/agent/list?tab=left')
  expect(back.main).toContain('on the support list again')
  expect(await names('/agent/list?tab=left&q=Lena')).toEqual([])
  expect(await names('/agent/list?q=Lena')).toEqual([email])
  expect((await browser.visit('/tickets')).status).toBe(200)
  // Leaving a second time leaves one row.
  await browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
  expect(await names('/agent/list?tab=left&q=Lena')).toEqual([email])
})

test('§3: an agent neither sees the page nor the list', async () => {
  expect((await as('dana').visit('/agent/list')).status).toBe(403)
  expect((await as('dana').visit('/agent')).hasLink('Support list')).toBe(false)
  expect((await as('dana').graphql('{ supportList(first: 1) { nodes { id } } }')).code).toBe('FORBIDDEN')
  expect((await sam.visit('/agent')).hasLink('Support list')).toBe(true)
})

describe('where an invitation stands', () => {
  const of = async (name: string, invitation: string) =>
    (await names(`/agent/list?tab=pending&invitation=${invitation}&q=${name}`)).length

  test('V13: never invited, invited, expired, confirmed', async () => {
    await request(here, { email: 'wilma@wish.example', subject: 'Wish', name: 'Wilma Wish', subscribe: true })
    expect([await of('Wilma', 'OPEN'), await of('Wilma', 'EXPIRED'), await of('Wilma', 'NONE')]).toEqual([1, 0, 0])
    expect((await sam.visit('/agent/list?tab=pending&q=Wilma')).main).toMatch(/Invited ?sent on/)
    const links = `one_time_link set expires_at = now() - interval '1 day' where user_id = (select id from person where email = 'wilma@wish.example')`
    await sql(`update ${links}`)
    expect([await of('Wilma', 'OPEN'), await of('Wilma', 'EXPIRED')]).toEqual([0, 1])
    expect((await sam.visit('/agent/list?tab=pending&q=Wilma')).main).toContain('Invitation expired')
    await sql(`delete from one_time_link where user_id = (select id from person where email = 'wilma@wish.example')`)
    expect([await of('Wilma', 'OPEN'), await of('Wilma', 'NONE')]).toEqual([0, 1])
    expect(await names('/agent/list?invitation=CONFIRMED&q=ann')).toEqual(['ann@acme.example'])
    expect(await names('/agent/list?invitation=NONE')).toEqual([])
  })
})

test('§6: to whom mails come back', async () => {
  expect(await names('/agent/list?blocked=true')).toEqual([])
  await sql(
    `insert into mail_address (address, bounces, reason, last_bounced_at, blocked_at) values ('bo@acme.example', 2, 'no such user', now(), now())`,
  )
  expect(await names('/agent/list?blocked=true')).toEqual(['bo@acme.example'])
  expect((await sam.visit('/agent/list?q=bo')).main).toContain('Mails come back')
})

test('V6: agreements that end within 30 days', async () => {
  const day = (offset: number) => new Date(clock.now().getTime() + offset * 86_400_000).toISOString().slice(0, 10)
  const page = await sam.visit('/agent/list')
  expect(page.main).not.toContain('Agreements that end')
  await sql(
    `update agreement set until = $1 where organization_id = (select id from organization where name like 'Globex%')`,
    [day(29)],
  )
  expect((await sam.visit('/agent/list')).textOf('.notice')).toContain('Globex Ltd')
  await sql(
    `update agreement set until = $1 where organization_id = (select id from organization where name like 'Globex%')`,
    [day(40)],
  )
  expect((await sam.visit('/agent/list')).main).not.toContain('Agreements that end')
  const { data } = await sam.graphql('{ sales { endingAgreements(days: 45) { organization { name } } } }')
  expect(data.sales.endingAgreements).toEqual([{ organization: { name: 'Globex Ltd' } }])
})

test('§8: pages by keyset in both directions, nobody twice and nobody missing', async () => {
  await sql(`
    with people as (
      insert into person (id, email, name, role, wants_status_mail, wants_weekly_report, created_at)
      select gen_random_uuid(), 'page' || i || '@many.example', 'Paging ' || i, 'CUSTOMER', true, true, now() from generate_series(1, 60) i returning id
    ) insert into membership (id, user_id, requested_at, requested_by, joined_at)
      select gen_random_uuid(), id, date_trunc('milliseconds', now()), 'REGISTRATION', date_trunc('milliseconds', now()) from people`)
  const seen: string[] = []
  let page = await sam.visit('/agent/list?q=paging')
  const first = page.texts('tbody .who')
  for (;;) {
    seen.push(...page.texts('tbody .who'))
    if (!page.hasLink(/Next|→/)) break
    page = await page.follow(/Next|→/)
  }
  expect([seen.length, new Set(seen).size]).toEqual([60, 60])
  const before = await (await page.follow(/Previous|←/)).follow(/Previous|←/)
  expect(before.texts('tbody .who')).toEqual(first)
})
