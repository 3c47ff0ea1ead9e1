// Who gets in. Decided at every request of every door, never only at log-in.
import { expect, test } from 'vitest'
import { urlencoded } from '../kit/body.ts'
import { password, people } from '../kit/cast.ts'
import { world } from '../world.ts'

const { stranger, as, anew, sql, newcomer, token, api } = await world({
  REQUIRE_AGREEMENT: 'true',
  SUPPORT_CONTACT: 'help@plaindesk.example',
})

const ask = '{ tickets(first: 1) { nodes { number } } access { granted reason contact mayJoin } }'
const TICKETS = '{ tickets(first: 1) { nodes { number } } }'

test('V6: where an agreement is required, it must include the portal and be in force today', async () => {
  const bo = anew('bo')
  const program = api(await token('bo'))
  expect((await bo.visit('/tickets')).status).toBe(200)
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const [current] = await sql(
    `select a.id from agreement a join organization o on o.id = a.organization_id where o.name = 'Acme GmbH' order by a."from" desc limit 1`,
  )
  const set = (from: string, until: string | null, portal: boolean) =>
    sql('update agreement set "from" = $1, until = $2, portal_access = $3 where id = $4', [
      from,
      until,
      portal,
      current?.id,
    ])
  for (const [from, until, portal, status] of [
    [day(-30), day(-2), true, 403],
    [day(2), null, true, 403],
    [day(-30), null, false, 403],
    [day(-30), day(0), true, 200],
    [day(0), null, true, 200],
  ] as const) {
    await set(from, until, portal)
    expect([from, until, portal, (await bo.visit('/tickets')).status]).toEqual([from, until, portal, status])
    expect((await program.graphql(TICKETS)).code).toBe(status === 403 ? 'FORBIDDEN' : null)
  }
  await set(day(-30), day(-2), true)
  const page = await bo.visit('/tickets')
  expect(page.main).toMatch(/agreement/i)
  expect(page.main).toContain('sales@plaindesk.example')
  const { data } = await bo.graphql('{ access { granted reason contact mayJoin } }')
  expect(data.access).toEqual({
    granted: false,
    reason: 'NO_AGREEMENT',
    contact: 'sales@plaindesk.example',
    mayJoin: false,
  })
  await set(day(-30), null, true)
})

test('V6: the agreement is the organization’s; without one there is no access, on the list or not', async () => {
  const { browser, email } = await newcomer().catch(() => ({ browser: null, email: 'newcomer1@new.example' }))
  expect(browser).toBeNull() // a newcomer belongs to nobody yet
  const login = await stranger().logIn(email, password)
  expect([login.url.pathname, login.status]).toEqual(['/no-access', 403])
  const [person] = await sql('select id from person where email = $1', [email])
  const [globex] = await sql(`select id from organization where name = 'Globex Ltd'`)
  const assigned = await as('sam').graphql(
    'mutation ($user: ID!, $organization: ID) { assignOrganization(input: { user: $user, organization: $organization }) { user { organization { name } access { granted } } userErrors { code } } }',
    { user: `user_${person?.id}`, organization: `organization_${globex?.id}` },
  )
  expect(assigned.data.assignOrganization.user).toEqual({
    organization: { name: 'Globex Ltd' },
    access: { granted: true },
  })
  expect((await stranger().logIn(email, password)).url.pathname).toBe('/tickets')
})

test('§3: staff are not bound to list or agreement', async () => {
  for (const name of ['dana', 'sam', 'ada'] as const) expect((await as(name).visit('/agent')).status).toBe(200)
})

test('V15, §3: who left sees the explaining page on the next click, at every door, and whom to ask', async () => {
  const cem = anew('cem')
  const page = await cem.visit('/tickets')
  expect(page.status).toBe(403)
  expect(page.main).toContain('sales@plaindesk.example')
  expect(page.hasButton(/join/i)).toBe(false)
  for (const path of ['/tickets/10001', '/attachments/attachment_0199a000-0000-7000-8000-000000000000/a.txt', '/agent'])
    expect((await cem.visit(path)).status).toBeGreaterThanOrEqual(403)
  for (const path of ['/tickets/new', '/help', '/account']) expect((await cem.visit(path)).status).toBe(200)
  const { data, code } = await cem.graphql(ask)
  expect([data?.tickets ?? null, code]).toEqual([null, 'FORBIDDEN'])
  expect((await cem.graphql('{ viewer { email membership { state } } access { reason contact } }')).data).toEqual({
    viewer: { email: people.cem.email, membership: { state: 'LEFT' } },
    access: { reason: 'LEFT', contact: 'sales@plaindesk.example' },
  })
})

test('§3: a disabled account gets the reason and the support’s contact; its owner can change nothing', async () => {
  const eve = anew('eve')
  expect((await eve.visit('/tickets')).status).toBe(200)
  const [{ id } = { id: '' }] = await sql('select id from person where email = $1', [people.eve.email])
  const disable = (disabled: boolean) =>
    as('ada').graphql(
      'mutation ($user: ID!, $disabled: Boolean!, $password: String) { disablePerson(input: { user: $user, disabled: $disabled, currentPassword: $password }) { user { isDisabled } userErrors { code } } }',
      { user: `user_${id}`, disabled, password },
    )
  expect((await disable(true)).data.disablePerson).toEqual({ user: { isDisabled: true }, userErrors: [] })
  const page = await eve.visit('/tickets')
  expect([page.status, page.main.includes('help@plaindesk.example')]).toEqual([403, true])
  expect((await stranger().logIn(people.eve.email, password)).url.pathname).toBe('/no-access')
  expect(
    (await eve.graphql('mutation { updateAccount(input: { name: "Mallory" }) { userErrors { code } } }')).code,
  ).toBe('FORBIDDEN')
  expect((await eve.graphql('mutation { joinList(input: {}) { userErrors { code } } }')).code).toBe('FORBIDDEN')
  await disable(false)
  expect((await eve.visit('/tickets')).status).toBe(200)
})

test('V15: with access, the explaining page leads to the requests; signed out, to the log-in', async () => {
  expect((await as('ann').visit('/no-access')).path).toBe('/tickets')
  expect((await stranger().visit('/no-access')).url.pathname).toBe('/login')
})

test('V15: so it does where the button of a page that was left open comes too late', async () => {
  const token = (await as('ann').visit('/account')).$('[name=_csrf]').first().attr('value') ?? ''
  const sent = urlencoded([
    ['_csrf', token],
    ['idempotencyKey', 'x'.repeat(3000)],
  ])
  expect((await as('ann').post('/list/join', sent)).path).toBe('/tickets')
})

test('§8: what customers read of other people is name and isTeam', async () => {
  const details = `name isTeam email role language timezone wantsStatusMail wantsWeeklyReport isConfirmed isDisabled createdAt
    organization { name } membership { state } memberships { state } invitation { state } access { granted }
    mayResendInvitation mayPutBackOnList maySendResetLink`
  const { data } = await as('ann').graphql(
    `{ viewer { ${details} } tickets(first: 20) { nodes { messages(first: 20) { nodes { author { ${details} } } } } } }`,
  )
  const authors: Record<string, unknown>[] = data.tickets.nodes.flatMap(
    (ticket: { messages: { nodes: { author: object }[] } }) => ticket.messages.nodes.map(({ author }) => author),
  )
  const dana = authors.find(author => author.name === 'Dana Dietz')
  expect(dana).toMatchObject({
    isTeam: true,
    mayResendInvitation: false,
    mayPutBackOnList: false,
    maySendResetLink: false,
  })
  const hidden = Object.entries(dana ?? {}).filter(([name]) => !/^(name|isTeam|may.*)$/.test(name))
  expect(hidden.filter(([, value]) => value !== null)).toEqual([])
  expect(data.viewer).toMatchObject({
    email: people.ann.email,
    role: 'CUSTOMER',
    organization: { name: 'Acme GmbH' },
    membership: { state: 'MEMBER' },
    access: { granted: true },
    isConfirmed: null,
    memberships: null,
    invitation: null,
  })
})

test('§8: people, organizations, agreements and tokens of others are no nodes for a customer', async () => {
  const ids = await sql(
    `select 'user_' || id as id from person where email <> $1 union all select 'agreement_' || id from agreement
     union all select 'organization_' || id from organization where name <> 'Acme GmbH'
     union all select 'membership_' || m.id from membership m join person p on p.id = m.user_id where p.email <> $1`,
    [people.ann.email],
  )
  for (const { id } of ids) {
    const { data, code } = await as('ann').graphql('query ($id: ID!) { node(id: $id) { id } }', { id })
    expect([id, code, data?.node]).toEqual([id, null, null])
  }
})
