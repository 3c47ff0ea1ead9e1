// Invitation, registration and reset links, and what somebody does with their own account.
import { expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { world } from '../world.ts'

const { stranger, as, sql, clock, newcomer, mailTo, mailsTo, mailbox, settled } = await world()

const NEW = 'a lane by the sea'
const linkOf = async (email: string, pattern: RegExp) => (await mailTo(email, pattern)).link(pattern)
const SET = /\/password\/set\//
const RESET = /\/password\/reset\//
const ADDRESS = /\/account\/address\//

async function register(email: string, name = 'Rosa Registers', subscribe = false) {
  return (await stranger().visit('/register')).form('Create account').fill({ name, email, subscribe }).submit()
}
async function forget(email: string) {
  return (await stranger().visit('/password/forgot')).form('Send link').fill({ email }).submit()
}
async function choose(link: string, typed = NEW, button = 'Save password') {
  const page = await stranger().visit(link)
  return page.form(button).fill({ password: typed, passwordConfirm: typed }).submit()
}

test('V12 H9: registering mails a link; the page behind it completes the account and logs in; without the list there is no access yet', async () => {
  const sent = await register('rosa@initech.example')
  expect(sent.redirects).toEqual([{ status: 303, location: '/register/sent' }])
  const page = await stranger().visit(await linkOf('rosa@initech.example', SET))
  expect(page.header('cache-control')).toContain('no-store')
  expect(page.header('referrer-policy')).toBe('no-referrer')
  const form = page.form('Save password')
  expect(form.value('name')).toBe('Rosa Registers')
  expect(form.value('subscribe')).not.toBeNull()
  const done = await form.fill({ name: 'Rosa Ruiz', password: NEW, passwordConfirm: NEW }).submit()
  expect([done.path, done.status]).toEqual(['/no-access', 403])
  const joined = await done.form(/join/i, '/list/join').submit()
  expect([joined.url.pathname, joined.status]).toEqual(['/tickets', 200])
})

test('H9: the box on that page joins the list at once', async () => {
  await register('rita@initech.example')
  const page = await stranger().visit(await linkOf('rita@initech.example', SET))
  const done = await page.form('Save password').fill({ password: NEW, passwordConfirm: NEW, subscribe: true }).submit()
  expect(done.url.pathname).toBe('/tickets')
  const [stay] = await sql(
    `select requested_by, wording, joined_at is not null as joined from membership m join person p on p.id = m.user_id where email = 'rita@initech.example'`,
  )
  expect(stay).toEqual({ requested_by: 'REGISTRATION', wording: '2026-11', joined: true })
})

test('§3: registering answers the same for every address, and the mail tells an account holder that they are one (ASVS 6.3.8)', async () => {
  const { email } = await newcomer()
  const [known, unknown] = [await register(email), await register('ruth@initech.example')]
  expect(known.main).toBe(unknown.main)
  expect(known.path).toBe(unknown.path)
  expect((await mailTo(email)).subject).toMatch(/already have an account/i)
  expect((await mailTo(email)).hasLink(SET)).toBe(false)
})

test('§3: nothing of an existing contact is changed by whoever types their address', async () => {
  await register('carla@initech.example', 'Mallory')
  const page = await stranger().visit(await linkOf('carla@initech.example', SET))
  expect(page.form('Save password').value('name')).toBe('Carla Cohen')
})

test('§3: opening a link changes nothing; it works once; a newer one kills the older; a password kills them all (ASVS 3.5.3, 6.4.1)', async () => {
  const email = 'ruben@initech.example'
  await register(email)
  const first = await linkOf(email, SET)
  await register(email)
  const second = await linkOf(email, SET)
  expect(second).not.toBe(first)
  const dead = await stranger().visit(first)
  expect([dead.status, dead.hasButton('Save password')]).toEqual([410, false])
  expect(dead.main).not.toContain(email)
  for (let i = 0; i < 3; i++) expect((await stranger().visit(second)).status).toBe(200)
  const page = await stranger().visit(second)
  expect((await choose(second)).url.pathname).toBe('/no-access')
  expect((await stranger().visit(second)).status).toBe(410)
  const late = await page
    .form('Save password')
    .fill({ password: 'another long walk', passwordConfirm: 'another long walk' })
    .submit()
  expect([late.status, late.hasButton('Save password')]).toEqual([410, false])
  expect((await stranger().logIn(email, NEW)).url.pathname).toBe('/no-access')
})

test('§9: a link that was never ours, or is changed in one letter, is unknown', async () => {
  await register('remo@initech.example')
  const link = await linkOf('remo@initech.example', SET)
  const changed = link.replace(/.(?=.{20}$)/, letter => (letter === 'A' ? 'B' : 'A'))
  for (const address of [changed, '/password/set/nothing', `/password/reset/${link.split('/').at(-1)}`, `${link}x`]) {
    const page = await stranger().visit(address)
    expect([page.status, page.main.includes('remo@')]).toEqual([404, false])
  }
})

test('§3: nothing in the database opens a link', async () => {
  await register('rene@initech.example')
  const token = (await linkOf('rene@initech.example', SET)).split('/').at(-1) ?? ''
  const [, proof = ''] = token.split('.')
  const rows = await sql(
    `select row_to_json(l)::text as text from one_time_link l union all select row_to_json(o)::text from outbox_mail o union all select row_to_json(j)::text from graphile_worker._private_jobs j`,
  )
  expect(rows.length).toBeGreaterThan(0)
  expect(
    rows.some(
      row =>
        String(row.text).includes(proof) || String(row.text).includes(Buffer.from(proof, 'base64url').toString('hex')),
    ),
  ).toBe(false)
})

test('§9: mistakes in a new password are marked, and neither password comes back', async () => {
  await register('rolf@initech.example')
  const link = await linkOf('rolf@initech.example', SET)
  const tried = async (first: string, second = first) =>
    (await stranger().visit(link)).form('Save password').smuggle({ password: first, passwordConfirm: second }).submit()
  const short = await tried('short')
  expect([short.status, short.errors]).toEqual([422, ['Choose a longer password: at least 12 characters.']])
  expect(short.form('Save password').value('password')).toBe('')
  expect((await tried('passwordpassword')).errors[0]).toMatch(/easy to guess/)
  expect((await tried(NEW, 'a lane by the see')).errors[0]).toMatch(/differ/)
  expect((await tried('')).errors[0]).toMatch(/Enter a password/)
  expect((await stranger().visit(link)).status).toBe(200)
})

test('V14: a forgotten password is reset by mail; every session ends and the person is told (ASVS 6.3.7, 7.4.3)', async () => {
  const { email, browser } = await newcomer()
  const sent = await forget(email)
  expect(sent.redirects).toEqual([{ status: 303, location: '/password/forgot/sent' }])
  const done = await choose(await linkOf(email, RESET))
  expect(done.url.pathname).toBe('/login')
  expect((await browser.visit('/tickets')).url.pathname).toBe('/login')
  expect((await stranger().logIn(email, password)).status).toBe(422)
  expect((await stranger().logIn(email, NEW)).url.pathname).toBe('/tickets')
  expect((await mailTo(email)).subject).toMatch(/password/i)
  expect((await stranger().visit(await linkOf(email, RESET))).status).toBe(410)
})

test('§5: "forgotten" answers the same for every address; a contact gets a registration link that joins nothing, a disabled account nothing', async () => {
  const { email } = await newcomer()
  await sql('update person set disabled_at = now() where email = $1', [email])
  const before = (await mailsTo(email)).length
  const pages = [await forget(email), await forget('nobody@nowhere.example'), await forget('hanna@hooli.example')]
  expect(new Set(pages.map(({ main }) => main)).size).toBe(1)
  expect(await mailsTo(email)).toHaveLength(before)
  expect(await mailsTo('nobody@nowhere.example')).toEqual([])
  expect((await choose(await linkOf('hanna@hooli.example', SET))).url.pathname).toBe('/no-access')
})

test('quality, Safety: links to one address are limited, known or not (ASVS 2.4.1)', async () => {
  await sql('delete from rate_limit')
  for (let i = 0; i < 5; i++) expect((await forget('flood@nowhere.example')).status).toBe(200)
  const refused = await forget('flood@nowhere.example')
  expect(refused.status).toBe(429)
  expect(Number(refused.header('retry-after'))).toBeGreaterThan(0)
  expect((await register('flood@nowhere.example')).status).toBe(429)
  await sql('delete from rate_limit')
})

test('a reset link lives an hour, a registration link 14 days', async () => {
  const { email } = await newcomer()
  await forget(email)
  await register('rufus@initech.example')
  const [reset, registration] = [await linkOf(email, RESET), await linkOf('rufus@initech.example', SET)]
  clock.forward({ minutes: 59 })
  expect((await stranger().visit(reset)).status).toBe(200)
  clock.forward({ minutes: 2 })
  expect((await stranger().visit(reset)).status).toBe(410)
  clock.forward({ days: 13, hours: 22 })
  expect((await stranger().visit(registration)).status).toBe(200)
  clock.forward({ hours: 2 })
  expect((await stranger().visit(registration)).status).toBe(410)
  clock.reset()
})

test('changing the password needs the old one, ends the other sessions, kills reset links and says so by mail (ASVS 6.2.2, 6.2.3, 7.4.3)', async () => {
  const { email, browser } = await newcomer()
  const other = stranger()
  await other.logIn(email, password)
  await forget(email)
  const reset = await linkOf(email, RESET)
  const change = async (currentPassword: string) =>
    (await browser.visit('/account'))
      .form('Save password', '/account/password')
      .fill({ currentPassword, password: NEW, passwordConfirm: NEW })
      .submit()
  expect((await change('not this one')).errors).toEqual(['This is not your current password.'])
  expect((await other.visit('/tickets')).status).toBe(200)
  const done = await change(password)
  expect(done.url.pathname).toBe('/account')
  expect((await browser.visit('/tickets')).status).toBe(200)
  expect((await other.visit('/tickets')).url.pathname).toBe('/login')
  expect((await stranger().visit(reset)).status).toBe(410)
  expect((await mailTo(email)).subject).toMatch(/password/i)
  expect((await stranger().logIn(email, NEW)).url.pathname).toBe('/tickets')
})

test('a password counts as it was typed: case, spaces, and each letter to the end (ASVS 6.2.8)', async () => {
  const { email, browser } = await newcomer()
  const typed = `  A lane  by the SEA, ${'and on '.repeat(20)}`
  await (await browser.visit('/account'))
    .form('Save password', '/account/password')
    .fill({ currentPassword: password, password: typed, passwordConfirm: typed })
    .submit()
  const leadsTo = async (each: string) => (await stranger().logIn(email, each)).path
  const others = [
    typed.trim(),
    typed.toLowerCase(),
    typed.replaceAll('  ', ' '),
    typed.slice(0, 72),
    typed.slice(0, -1),
  ]
  for (const other of others) {
    await sql('delete from rate_limit')
    expect(await leadsTo(other), other).toBe('/login')
  }
  await sql('delete from rate_limit')
  expect(await leadsTo(typed)).toBe('/tickets')
})

test('guessing the current password of somebody signed in gets slow as well', async () => {
  const { browser } = await newcomer()
  const guess = async () =>
    browser.graphql('mutation { closeAccount(input: { currentPassword: "not this one" }) { userErrors { code } } }')
  const codes: (string | null)[] = []
  for (let i = 0; i < 7; i++) {
    const { data, code } = await guess()
    codes.push(code ?? data.closeAccount.userErrors[0].code)
    await new Promise(resolve => setTimeout(resolve, 30)) // the count is written after the answer
  }
  expect(codes).toEqual([...Array(5).fill('WRONG_PASSWORD'), 'RATE_LIMITED', 'RATE_LIMITED'])
})

test('a new address proves itself; only then it counts, and the old one is told; reset links die (ASVS 7.5.1)', async () => {
  const { email, browser } = await newcomer()
  await forget(email)
  const reset = await linkOf(email, RESET)
  const change = async (to: string, currentPassword = password) =>
    (await browser.visit('/account'))
      .form('Send link', '/account/address')
      .fill({ email: to, currentPassword })
      .submit()
  expect((await change('moved@new.example', 'not this one')).errors).toEqual(['This is not your current password.'])
  expect((await change(email)).errors).toEqual(['This is your address already.'])
  const asked = await change('moved@new.example')
  expect(asked.url.pathname).toBe('/account')
  const link = await linkOf('moved@new.example', ADDRESS)
  expect((await stranger().visit(link)).main).toContain('moved@new.example')
  expect((await stranger().logIn(email, password)).url.pathname).toBe('/tickets')
  const confirmed = await (await browser.visit(link)).form('Confirm address').submit()
  expect(confirmed.url.pathname).toBe('/account')
  expect(confirmed.main).toContain('moved@new.example')
  expect((await stranger().logIn(email, password)).status).toBe(422)
  expect((await stranger().logIn('moved@new.example', password)).url.pathname).toBe('/tickets')
  expect((await mailTo(email)).subject).toMatch(/address/i)
  expect((await stranger().visit(reset)).status).toBe(410)
})

test('§3: asking for an address that somebody has tells nothing; its owner is told by mail', async () => {
  const { browser } = await newcomer()
  const taken = await newcomer()
  mailbox.forget()
  const page = await (await browser.visit('/account'))
    .form('Send link', '/account/address')
    .fill({ email: taken.email, currentPassword: password })
    .submit()
  expect([page.status, page.errors]).toEqual([200, []])
  const mail = await mailTo(taken.email)
  expect(mail.hasLink(ADDRESS)).toBe(false)
  expect(mail.subject).toMatch(/already have an account/i)
})

test('devices are listed, and signed out elsewhere with one click', async () => {
  const { email, browser } = await newcomer()
  const phone = stranger()
  await phone.logIn(email, password)
  const { data } = await phone.graphql('{ devices { id isThis userAgent address lastSeenAt createdAt } }')
  expect(data.devices).toHaveLength(2)
  expect(data.devices.filter((device: { isThis: boolean }) => device.isThis)).toHaveLength(1)
  expect(data.devices[0].address).toMatch(/127\.0\.0\.1/)
  const done = await (await phone.visit('/account')).form('Log out on all other devices').submit()
  expect(done.status).toBe(200)
  expect((await phone.visit('/tickets')).status).toBe(200)
  expect((await browser.visit('/tickets')).url.pathname).toBe('/login')
})

test('H11: name, language, time zone and notifications are changed on the account page', async () => {
  const { browser, email } = await newcomer()
  const form = (await browser.visit('/account')).form('Save changes')
  const done = await form
    .fill({ name: 'Noor Neumann', language: 'de', timezone: 'America/New_York', wantsStatusMail: false })
    .submit()
  expect(done.html).toMatch(/<html[^>]* lang="de"/)
  const [row] = await sql(
    'select name, language, timezone, wants_status_mail, wants_weekly_report from person where email = $1',
    [email],
  )
  expect(row).toEqual({
    name: 'Noor Neumann',
    language: 'de',
    timezone: 'America/New_York',
    wants_status_mail: false,
    wants_weekly_report: true,
  })
  await (await browser.visit('/account')).form('Änderungen speichern').fill({ language: '' }).submit()
  expect((await sql('select language from person where email = $1', [email]))[0]).toEqual({ language: null })
  const bad = await browser.graphql(
    'mutation { updateAccount(input: { timezone: "Mars/Olympus", language: "tlh" }) { userErrors { code field } } }',
  )
  expect(bad.data.updateAccount.userErrors).toEqual([{ code: 'INVALID_CHOICE', field: 'language' }])
})

test('closing the account ends password, sessions, tokens and membership; requests stay, and one can come back only by the sales team (ASVS 7.4.2)', async () => {
  const { email, browser } = await newcomer()
  await (await browser.visit('/tickets/new'))
    .form('Send request')
    .fill({ subject: 'Before closing', message: 'Still here' })
    .submit()
  const close = async (currentPassword: string) =>
    (await browser.visit('/account')).form('Close account for good').fill({ currentPassword }).submit()
  expect((await close('not this one')).status).toBe(422)
  const closed = await close(password)
  expect(closed.url.pathname).toBe('/')
  expect((await browser.visit('/tickets')).url.pathname).toBe('/login')
  expect((await stranger().logIn(email, password)).status).toBe(422)
  const found = await as('dana').graphql(
    'query ($q: String) { tickets(filter: { search: $q }) { nodes { subject requester { email } } } }',
    { q: email },
  )
  expect(found.data.tickets.nodes).toEqual([{ subject: 'Before closing', requester: { email } }])
  await register(email, 'Noor', true)
  const back = await choose(await linkOf(email, SET))
  expect([back.url.pathname, back.hasButton(/join/i)]).toEqual(['/no-access', false])
})

test('staff cannot close their accounts: that is the admin’s', async () => {
  const reply = await as('dana').graphql(
    `mutation { closeAccount(input: { currentPassword: "${password}" }) { userErrors { code } } }`,
  )
  expect(reply.code).toBe('FORBIDDEN')
})

test('two clicks on "Save password" at once make one account', async () => {
  await register('twice@initech.example')
  const link = await linkOf('twice@initech.example', SET)
  const pages = await Promise.all([stranger().visit(link), stranger().visit(link)])
  const done = await Promise.all(
    pages.map(page => page.form('Save password').fill({ password: NEW, passwordConfirm: NEW }).submit()),
  )
  expect(done.map(({ url }) => url.pathname).filter(path => path === '/no-access')).toHaveLength(1)
})

test('the same address twice at the same moment makes one person (ASVS 2.3.4)', async () => {
  const pages = await Promise.all(Array.from({ length: 5 }, () => register('rush@initech.example')))
  expect(pages.map(({ status }) => status)).toEqual(Array(5).fill(200))
  await settled()
  expect(await sql(`select 1 from person where email = 'rush@initech.example'`)).toHaveLength(1)
  expect(
    await sql(
      `select 1 from one_time_link l join person p on p.id = l.user_id where p.email = 'rush@initech.example' and revoked_at is null`,
    ),
  ).toHaveLength(1)
})

test('§3: a request is answered after a fixed time, which is longer than what it costs for anybody', async () => {
  for (const email of ['nobody@clock.example', people.eve.email]) {
    const field = `requestTicket(input: { name: "Clocked", email: "${email}", subject: "s", message: "m", subscribe: true }) { number }`
    const begin = performance.now()
    // Twice in one document: the second answer must not come at once because the first has waited.
    const { code } = await stranger().graphql(`mutation { first: ${field} second: ${field} }`)
    expect([code, performance.now() - begin > 590], email).toEqual([null, true])
  }
})
