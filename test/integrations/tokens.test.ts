import { describe, expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { world } from '../world.ts'

const { as, stranger, newcomer, mailTo, api, token, sql, clock } = await world()

const CREATE =
  'mutation ($input: CreateTokenInput!) { createToken(input: $input) { token apiToken { id name scopes expiresAt revokedAt lastUsedAt user { name } } userErrors { code field } } }'
const good = { name: 'Nightly sync', scopes: ['TICKETS_READ'], expiresInDays: 30, currentPassword: password }

test('§8: a token is told once, kept as a hash, and says what it may and until when', async () => {
  const { data } = await as('ann').graphql(CREATE, { input: good })
  const { token: secret, apiToken } = data.createToken
  expect(secret).toMatch(/^pd_[\w-]{43}$/)
  expect(apiToken).toMatchObject({
    name: 'Nightly sync',
    scopes: ['TICKETS_READ'],
    revokedAt: null,
    lastUsedAt: null,
    user: { name: 'Ann Albers' },
  })
  expect(Date.parse(apiToken.expiresAt) - Date.now()).toBeGreaterThan(29.9 * 86_400_000)
  const [row] = await sql(`select row_to_json(t)::text as text from api_token t where name = 'Nightly sync'`)
  expect(row?.text).not.toContain(secret.slice(3))
  expect((await api(secret).graphql('{ viewer { email } }')).data.viewer.email).toBe(people.ann.email)
})

test.each([
  [{ ...good, name: '' }, 'REQUIRED', 'name'],
  [{ ...good, scopes: [] }, 'REQUIRED', 'scopes'],
  [{ ...good, expiresInDays: 0 }, 'INVALID_CHOICE', 'expiresInDays'],
  [{ ...good, expiresInDays: 400 }, 'INVALID_CHOICE', 'expiresInDays'],
  [{ ...good, currentPassword: 'not this one' }, 'WRONG_PASSWORD', 'currentPassword'],
])('§9: %j is refused: %s', async (input, code, field) => {
  expect((await as('bo').graphql(CREATE, { input })).data.createToken).toEqual({
    token: null,
    apiToken: null,
    userErrors: [{ code, field }],
  })
})

test('§3: only an admin makes tokens for others and sees theirs', async () => {
  const [ann] = await sql('select id from person where email = $1', [people.ann.email])
  const input = { ...good, user: `user_${ann?.id}` }
  expect((await as('dana').graphql(CREATE, { input })).code).toBe('NOT_FOUND')
  const made = await as('ada').graphql(CREATE, { input })
  expect((await api(made.data.createToken.token).graphql('{ viewer { email } }')).data.viewer.email).toBe(
    people.ann.email,
  )
  const names = async (name: 'ann' | 'dana' | 'ada') =>
    new Set(
      (await as(name).graphql('{ tokens { user { name } } }')).data.tokens.map(
        (each: { user: { name: string } }) => each.user.name,
      ),
    )
  await token('dana')
  expect(await names('ann')).toEqual(new Set(['Ann Albers']))
  expect(await names('dana')).toEqual(new Set(['Dana Dietz']))
  expect((await names('ada')).size).toBeGreaterThan(1)
})

test('§8: it ends by revocation, by expiry, and with any other form of it there is no way in', async () => {
  const { data } = await as('bo').graphql(CREATE, { input: good })
  const { token: secret, apiToken } = data.createToken
  expect((await api(secret).graphql('{ tickets(first: 1) { nodes { id } } }')).code).toBeNull()
  for (const wrong of [`${secret}x`, secret.slice(0, -1), secret.toUpperCase(), 'pd_'])
    expect((await api(wrong).graphql('{ tickets(first: 1) { nodes { id } } }')).code).toBe('UNAUTHENTICATED')
  const revoke =
    'mutation ($id: ID!) { revokeToken(input: { token: $id }) { apiToken { revokedAt } userErrors { code } } }'
  expect((await as('eve').graphql(revoke, { id: apiToken.id })).code).toBe('NOT_FOUND')
  expect((await as('bo').graphql(revoke, { id: apiToken.id })).data.revokeToken.apiToken.revokedAt).not.toBeNull()
  expect((await api(secret).graphql('{ tickets(first: 1) { nodes { id } } }')).code).toBe('UNAUTHENTICATED')
  const theirs = (await as('bo').graphql(CREATE, { input: good })).data.createToken
  expect((await as('ada').graphql(revoke, { id: theirs.apiToken.id })).data.revokeToken.userErrors).toEqual([])
  expect((await api(theirs.token).graphql('{ tickets(first: 1) { nodes { id } } }')).status).toBe(401)
  const short = (await as('bo').graphql(CREATE, { input: { ...good, expiresInDays: 1 } })).data.createToken.token
  clock.forward({ hours: 25 })
  expect((await api(short).graphql('{ tickets(first: 1) { nodes { id } } }')).code).toBe('UNAUTHENTICATED')
  clock.reset()
})

describe('quality, Safety: what was given to a program does not outlive', () => {
  const other = 'another good passphrase'
  const isTaken = async (secret: string) =>
    (await api(secret).graphql('{ viewer { name } }')).code !== 'UNAUTHENTICATED'

  test('the password, when it is changed on the account page', async () => {
    const secret = await token('ann', ['TICKETS_READ'])
    expect(await isTaken(secret)).toBe(true)
    const form = (await as('ann').visit('/account')).form(/.*/, '/account/password')
    await form.fill({ currentPassword: password, password: other, passwordConfirm: other }).submit()
    expect(await isTaken(secret)).toBe(false)
    expect((await mailTo(people.ann.email, /API/)).text).toMatch(/Token/)
  })

  test('the password, when it is reset by a mailed link', async () => {
    const secret = await token('bo', ['TICKETS_READ', 'ADMIN'])
    const forgot = (await stranger().visit('/password/forgot')).form(/.*/, '/password/forgot')
    await forgot.fill({ email: people.bo.email }).submit()
    expect(await isTaken(secret)).toBe(true)
    const link = (await mailTo(people.bo.email, /password\/reset/)).link(/\/password\/reset\//)
    const page = await stranger().visit(link)
    await page.form('Save password').fill({ password: other, passwordConfirm: other }).submit()
    expect(await isTaken(secret)).toBe(false)
  })

  test('a role, and an account that is disabled, also when it is enabled again', async () => {
    const { email, browser } = await newcomer()
    const own = async () => (await browser.graphql(CREATE, { input: good })).data.createToken.token
    const user = `user_${(await sql('select id from person where email = $1', [email]))[0]?.id}`
    const update = (change: object) =>
      as('ada').graphql('mutation ($input: UpdateStaffInput!) { updateStaff(input: $input) { userErrors { code } } }', {
        input: { user, currentPassword: password, ...change },
      })
    const before = await own()
    await update({ disabled: true })
    expect(await isTaken(before)).toBe(false)
    await update({ disabled: false })
    expect(await isTaken(before)).toBe(false)
    const customers = await own()
    await update({ role: 'CUSTOMER' })
    expect(await isTaken(customers)).toBe(true)
    await update({ role: 'ADMIN' })
    expect(await isTaken(customers)).toBe(false)
  })
})

test('quality, Speed: its use is noted at most every ten minutes', async () => {
  const secret = await token('eve')
  const used = async () => (await sql(`select last_used_at from api_token where name = 'for eve'`))[0]?.last_used_at
  const ask = () => api(secret).graphql('{ viewer { name } }')
  await ask()
  const first = await used()
  expect(first).not.toBeNull()
  await ask()
  expect(await used()).toEqual(first)
  clock.forward({ minutes: 11 })
  await ask()
  expect(await used()).not.toEqual(first)
  clock.reset()
})

test('§3: a token without the scope for people and settings changes no account and makes no tokens', async () => {
  const program = api(await token('eve', ['TICKETS_READ', 'TICKETS_WRITE']))
  for (const mutation of [
    `createToken(input: { name: "more", scopes: [ADMIN] }) { userErrors { code } }`,
    `updateAccount(input: { name: "Mallory" }) { userErrors { code } }`,
    `leaveList(input: {}) { userErrors { code } }`,
    `signOutElsewhere(input: {}) { ended }`,
  ])
    expect([mutation, (await program.graphql(`mutation { ${mutation} }`)).code]).toEqual([mutation, 'FORBIDDEN'])
})

describe('issue 5 Tokens: in the account', () => {
  test('everybody makes them for themselves, is told the token once, and revokes them', async () => {
    const { browser } = await newcomer()
    const account = await browser.visit('/account')
    expect(account.html).toContain('href="/account/tokens"')
    const form = (await browser.visit('/account/tokens')).form('Make token')
    const wrong = await form.fill({ name: 'My script', currentPassword: password }).submit()
    expect([wrong.status, wrong.title]).toEqual([422, expect.stringMatching(/^Error:/)])
    const made = await wrong
      .form('Make token')
      .fill({ name: 'My script', scopes: ['TICKETS_READ'], currentPassword: password })
      .submit()
    const secret = /pd_[\w-]{43}/.exec(made.html)?.[0] ?? ''
    expect((await api(secret).graphql('{ tickets(first: 1) { nodes { id } } }')).code).toBeNull()
    const page = await browser.visit('/account/tokens')
    expect(page.html).not.toContain(secret)
    expect(page.main).toMatch(/My script/)
    expect(page.main).not.toMatch(/in the name of customers/)
    await page.form(/Revoke/).submit()
    expect((await api(secret).graphql('{ viewer { name } }')).status).toBe(401)
  })

  test('an admin sees only their own there', async () => {
    await token('eve')
    await token('ada')
    const page = await as('ada').visit('/account/tokens')
    expect(page.main).toMatch(/for ada/)
    expect(page.main).not.toMatch(/for eve/)
  })

  test('whoever has no access can revoke theirs and make none', async () => {
    const page = await as('cem').visit('/account/tokens')
    expect(page.status).toBe(200)
    expect(page.html).not.toContain('Make token')
    expect((await as('cem').graphql(CREATE, { input: good })).code).toBe('FORBIDDEN')
  })

  test('each says when it was last used and from where, to a minute where that changes', async () => {
    const secret = await token('dirk', ['TICKETS_READ'])
    const used = async () =>
      (await sql(`select last_used_from from api_token where name = 'for dirk' order by created_at desc limit 1`))[0]
    await api(secret).graphql('{ viewer { name } }')
    const { last_used_from: from } = (await used()) ?? {}
    expect(from).toMatch(/127\.0\.0\.1|::1/)
    await sql(`update api_token set last_used_from = '192.0.2.1' where name = 'for dirk'`)
    await api(secret).graphql('{ viewer { name } }')
    expect(await used()).toEqual({ last_used_from: '192.0.2.1' })
    clock.forward({ minutes: 2 })
    await api(secret).graphql('{ viewer { name } }')
    expect(await used()).toEqual({ last_used_from: from })
    clock.reset()
    expect((await as('dirk').visit('/account/tokens')).main).toContain(String(from))
  })

  test('nobody has more than fifty that work (ASVS 2.3.2)', async () => {
    const { email, browser } = await newcomer()
    await sql(
      `insert into api_token (id, user_id, name, hash, scopes, created_at, expires_at)
       select gen_random_uuid(), (select id from person where email = $1), 'x', gen_random_uuid()::text, '{tickets:read}', now(), now() + interval '1 day'
       from generate_series(1, 50)`,
      [email],
    )
    const { data } = await browser.graphql(CREATE, { input: good })
    expect(data.createToken.userErrors).toEqual([{ code: 'TOO_MANY_TOKENS', field: 'name' }])
  })
})

describe('issue 5 Tokens: in the name of customers', () => {
  const OPEN =
    'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number channel requester { email } requesterProven events(first: 1) { nodes { actor { email } } } messages(first: 1) { nodes { author { email } } } } userErrors { code field } } }'
  const idOf = async (email: string) => `user_${(await sql('select id from person where email = $1', [email]))[0]?.id}`

  test('a program opens a ticket as the customer, and history and log keep whose program it was', async () => {
    const program = api(await token('dana', ['TICKETS_WRITE', 'TICKETS_READ', 'ON_BEHALF']))
    const input = { subject: 'From the CRM', message: 'It hums', onBehalfOf: await idOf(people.ann.email) }
    const { data, errors } = await program.graphql(OPEN, { input })
    expect(errors).toEqual([])
    const { number, ...ticket } = data.createTicket.ticket
    expect(ticket).toEqual({
      channel: 'API',
      requester: { email: people.ann.email },
      requesterProven: true,
      events: { nodes: [{ actor: { email: people.dana.email } }] },
      messages: { nodes: [{ author: { email: people.ann.email } }] },
    })
    expect((await as('ann').visit(`/tickets/${number}`)).main).toMatch(/It hums/)
    expect((await mailTo(people.ann.email, /From the CRM/)).subject).toContain(`#${number}`)
    const log = await as('ada').graphql(
      '{ adminLog(first: 1) { nodes { type about to actor { email } subject { email } } } }',
    )
    expect(log.data.adminLog.nodes[0]).toEqual({
      type: 'ACTED_FOR',
      about: `#${number}`,
      to: 'for dana',
      actor: { email: people.dana.email },
      subject: { email: people.ann.email },
    })
    expect((await as('ada').visit('/admin/log')).main).toMatch(/let a program write in the name of/)
  })

  test('a program hands on a customer’s comment, which the team is told of; only of whoever takes part', async () => {
    const program = api(await token('dana', ['TICKETS_WRITE', 'TICKETS_READ', 'ON_BEHALF']))
    const COMMENT =
      'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { ticket { number status followUpOf { number } } message { channel author { email } } userErrors { code field } } }'
    const [ann, eve, dirk] = [await idOf(people.ann.email), await idOf(people.eve.email), await idOf(people.dirk.email)]
    const opened = await program.graphql(OPEN, { input: { subject: 'By phone', message: 'It hums', onBehalfOf: ann } })
    const { number } = opened.data.createTicket.ticket
    const input = { number, message: 'Louder than ever', onBehalfOf: ann }
    const { data, errors } = await program.graphql(COMMENT, { input })
    expect([errors, data.commentOnTicket]).toEqual([
      [],
      {
        ticket: { number, status: 'NEW', followUpOf: null },
        message: { channel: 'API', author: { email: people.ann.email } },
        userErrors: [],
      },
    ])
    expect((await mailTo(people.dana.email, /Louder than ever/)).subject).toContain(`#${number}`)
    const log = await as('ada').graphql('{ adminLog(first: 1) { nodes { type about subject { email } } } }')
    expect(log.data.adminLog.nodes[0]).toEqual({
      type: 'ACTED_FOR',
      about: `#${number}`,
      subject: { email: people.ann.email },
    })
    const codes = async (asker: { graphql: typeof program.graphql }, more: object) => {
      const reply = await asker.graphql(COMMENT, { input: { ...input, ...more } })
      return reply.code ?? reply.data.commentOnTicket.userErrors[0]?.code
    }
    expect(await codes(program, { onBehalfOf: eve })).toBe('INVALID_CHOICE')
    expect(await codes(program, { onBehalfOf: dirk })).toBe('IS_TEAM')
    expect(await codes(program, { status: 'DONE' })).toBe('FORBIDDEN')
    expect(await codes(api(await token('dana', ['TICKETS_WRITE'])), {})).toBe('FORBIDDEN')
    expect(await codes(as('dana'), {})).toBe('FORBIDDEN')
    expect(await codes(api(await token('eve', ['TICKETS_WRITE', 'ADMIN'])), {})).toBe('NOT_FOUND')
    expect(await codes(api(await token('sam', ['TICKETS_WRITE', 'ADMIN'])), {})).toBe('FORBIDDEN')
    await as('dana').graphql(
      `mutation { updateTicket(input: { number: ${number}, status: CLOSED }) { userErrors { code } } }`,
    )
    const late = (await program.graphql(COMMENT, { input: { ...input, message: 'Again' } })).data.commentOnTicket
    expect(late.ticket.followUpOf).toEqual({ number })
  })

  test('nobody else does: not without the scope, not in a browser, not a customer, not sales, not as a colleague', async () => {
    const input = { subject: 'Forged', message: 'x', onBehalfOf: await idOf(people.bo.email) }
    const askers = [
      api(await token('dana', ['TICKETS_WRITE'])),
      api(await token('eve', ['TICKETS_WRITE', 'ADMIN'])),
      api(await token('sam', ['TICKETS_WRITE', 'ADMIN'])),
      as('ada'),
      as('eve'),
    ]
    for (const asker of askers) expect((await asker.graphql(OPEN, { input })).code).toBe('FORBIDDEN')
    const program = api(await token('dana', ['TICKETS_WRITE', 'ON_BEHALF']))
    const asColleague = { ...input, onBehalfOf: await idOf(people.dirk.email) }
    expect((await program.graphql(OPEN, { input: asColleague })).data.createTicket.userErrors).toEqual([
      { code: 'IS_TEAM', field: 'onBehalfOf' },
    ])
    expect((await program.graphql(OPEN, { input: { ...input, onBehalfOf: 'user_x' } })).code).toBe('NOT_FOUND')
    expect(await sql(`select 1 from ticket where subject = 'Forged'`)).toEqual([])
    for (const name of ['eve', 'sam'] as const)
      expect(
        (await as(name).graphql(CREATE, { input: { ...good, scopes: ['ON_BEHALF'] } })).data.createToken.userErrors,
      ).toEqual([{ code: 'INVALID_CHOICE', field: 'scopes' }])
  })
})
