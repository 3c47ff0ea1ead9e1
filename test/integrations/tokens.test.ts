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
