import { expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { figure } from '../promises/figure.ts'
import { world } from '../world.ts'

const { stranger, anew, sql, url, clock, newcomer } = await world()

const cookieLine = (setCookies: string | string[] | undefined, name: string) =>
  [setCookies ?? []].flat().find(line => line.startsWith(`${name}=`)) ?? ''

async function tryToLogIn(email: string, typed: string, browser = stranger()) {
  const form = (await browser.visit('/login')).form('Log in').fill({ email, password: typed })
  return browser.send(form.submission(), null, { follow: false })
}

test('V12: whoever has an account logs in with address and password and gets to their requests', async () => {
  const page = await stranger().logIn(' Ann@ACME.example', password)
  expect(page.redirects).toEqual([{ status: 303, location: '/tickets' }])
  expect(page.status).toBe(200)
})

test('§5: one goes on to the page one wanted, and never to another site (ASVS 3.7.2)', async () => {
  const browser = stranger()
  const login = await browser.visit('/tickets?status=done')
  expect(login.path).toBe(`/login?next=${encodeURIComponent('/tickets?status=done')}`)
  expect((await login.form('Log in').fill({ email: people.ann.email, password }).submit()).path).toBe(
    '/tickets?status=done',
  )
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/\t/evil.example']) {
    const other = stranger()
    const form = (await other.visit(`/login?next=${encodeURIComponent(next)}`)).form('Log in')
    const answer = await other.send(form.fill({ email: people.ann.email, password }).submission(), null, {
      follow: false,
    })
    expect(answer.header('location')).toBe('/tickets')
  }
})

test('§3: wrong credentials get one and the same answer, whether or not the address is known (ASVS 6.3.8)', async () => {
  const { email } = await newcomer()
  const known = await tryToLogIn(email, 'not the password')
  const unknown = await tryToLogIn('nobody@acme.example', 'not the password')
  const contact = await tryToLogIn('carla@initech.example', password)
  for (const page of [known, unknown, contact]) {
    expect(page.status).toBe(422)
    expect(page.title).toMatch(/^Error:/)
    expect(page.errors).toEqual(['E-mail address and password do not match.'])
  }
  expect(unknown.main.replace('nobody@acme.example', '')).toBe(known.main.replace(email, ''))
  expect(known.form('Log in').value('email')).toBe(email)
  expect(known.form('Log in').value('password')).toBe('')
})

test('§9: empty fields are marked together, and do not count as an attempt', async () => {
  const browser = stranger()
  const form = (await browser.visit('/login')).form('Log in')
  const page = await form.smuggle({ email: '', password: '' }).submit()
  expect(page.status).toBe(422)
  expect(page.errors).toEqual(['Enter your e-mail address.', 'Enter a password.'])
})

test('quality, Safety: the session’s cookie is out of reach of scripts and other sites, and its id is new after log-in (ASVS 3.3.2, 3.3.4)', async () => {
  const browser = stranger()
  browser.jar.set('session', 's%3Aplanted-by-somebody-else.AAAA', new URL(url))
  const answer = await tryToLogIn(people.eve.email, password, browser)
  const cookie = cookieLine(answer.answer.headers['set-cookie'], 'session')
  expect(cookie).toMatch(/; Path=\/; .*HttpOnly; SameSite=Lax/)
  expect(cookie).not.toMatch(/Domain|planted/)
  const first = browser.jar.value('session', new URL(url))
  const again = await tryToLogIn(people.eve.email, password, browser).catch(() => null)
  expect(again).toBeNull() // signed in, the page leads on
  expect(first).toMatch(/^s(?:%3A|:)/)
  const sid =
    decodeURIComponent(first ?? '')
      .slice(2)
      .split('.')[0] ?? ''
  expect(await sql('select 1 from session where sid = $1 or data::text like $2', [sid, `%${sid}%`])).toEqual([])
})

test('quality, Safety: whoever logs in anew gets a new session, and the one they had opens nothing any more (ASVS 7.2.4)', async () => {
  const browser = anew('eve')
  await browser.visit('/tickets')
  const planted = browser.jar.copy()
  const first = browser.jar.value('session', new URL(url))
  const _csrf = (await browser.visit('/account')).form('Log out').value('_csrf') ?? ''
  const form = new URLSearchParams({ _csrf, email: people.eve.email, password }).toString()
  const body = { content: Buffer.from(form), contentType: 'application/x-www-form-urlencoded' }
  expect((await browser.post('/login', body, { follow: false })).status).toBe(303)
  expect(browser.jar.value('session', new URL(url))).not.toBe(first)
  expect((await browser.visit('/tickets')).path).toBe('/tickets')
  const thief = stranger()
  thief.adopt(planted)
  expect((await thief.visit('/tickets')).path).toMatch(/^\/login/)
})

test('logging out ends the session, not only the cookie (ASVS 7.2.1, 7.4.1)', async () => {
  const browser = anew('eve')
  const page = await browser.visit('/tickets')
  const stolen = browser.jar.copy()
  const out = await page.form('Log out').submit()
  expect(out.redirects[0]).toEqual({ status: 303, location: '/' })
  const thief = stranger()
  thief.adopt(stolen)
  expect((await thief.visit('/tickets')).path).toMatch(/^\/login/)
})

test('quality, Safety: with the session goes what the browser kept of it; that it is known, and its language, stay (ASVS 14.3.1)', async () => {
  const browser = anew('eve')
  const page = await browser.visit('/tickets?language=en')
  const out = await browser.send(page.form('Log out').submission(), page, { follow: false })
  expect([out.status, out.header('clear-site-data')]).toEqual([303, '"cache", "storage"'])
  expect(page.header('cache-control')).toBe('no-store')
  const left = ['device', 'language'].map(name => browser.jar.value(name, new URL(url)))
  expect(left).toEqual([expect.any(String), 'en'])
})

test('§9: a log-in or log-out without the form’s token is refused', async () => {
  const browser = anew('eve')
  await browser.visit('/tickets')
  const body = {
    content: Buffer.from(`email=${people.eve.email}&password=${password}`),
    contentType: 'application/x-www-form-urlencoded',
  }
  expect((await browser.post('/logout', { ...body, content: Buffer.from('') })).status).toBe(403)
  expect((await stranger().post('/login', body)).status).toBe(403)
  expect((await browser.visit('/tickets')).status).toBe(200)
})

/** Puts the end of the waiting elsewhere: a busy machine may let a second pass between two requests. */
const waitUntil = (expire: number) => sql(`update rate_limit set expire = $1 where key like 'login-gate:%'`, [expire])

test('§7: after five failures an address waits, a second at first, before the password is looked at; nobody is locked out (ASVS 6.3.1)', async () => {
  await sql('delete from rate_limit')
  const { email } = await newcomer()
  for (let i = 0; i < 5; i++) expect((await tryToLogIn(email, 'wrong again and again')).status).toBe(422)
  await waitUntil(Date.now() + 60_000)
  const early = await tryToLogIn(email, password)
  expect(early.status).toBe(429)
  expect(Number(early.header('retry-after'))).toBeLessThanOrEqual(60)
  expect(early.form('Log in').value('email')).toBe(email)
  await waitUntil(Date.now() - 1)
  const late = await tryToLogIn(email, password)
  expect(late.status).toBe(303)
})

test('§7: an unknown address waits just the same', async () => {
  await sql('delete from rate_limit')
  for (let i = 0; i < 5; i++) await tryToLogIn('nobody@globex.example', 'wrong again and again')
  expect((await tryToLogIn('nobody@globex.example', 'wrong again and again')).status).toBe(429)
})

test('§7: the wait doubles up to a minute', async () => {
  await sql('delete from rate_limit')
  const fail = () => tryToLogIn('doubling@globex.example', 'wrong again and again')
  for (let i = 0; i < 4; i++) await fail()
  for (const wait of [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
    const begun = Date.now()
    expect((await fail()).status).toBe(422)
    const [row] = await sql(`select max(expire) as ends from rate_limit where key like 'login-gate:%'`)
    // It began at some moment of the request.
    expect(Number(row?.ends) - begun).toBeGreaterThanOrEqual(wait * 1000)
    expect(Number(row?.ends) - Date.now()).toBeLessThanOrEqual(wait * 1000)
    await waitUntil(1)
  }
})

test('§7: a client that tries many addresses waits too, loopback not exempt; a browser that logged in before has its own counter', async () => {
  await sql('delete from rate_limit')
  const { email, browser } = await newcomer()
  await (await browser.visit('/account')).form('Log out').submit()
  await browser.logIn(email, password)
  await (await browser.visit('/account')).form('Log out').submit()
  for (let i = 0; i < 5; i++) await tryToLogIn(`guess${i}@globex.example`, 'wrong again and again')
  expect((await tryToLogIn(people.bo.email, password)).status).toBe(429)
  expect((await browser.logIn(email, password)).path).toBe('/tickets')
})

test('§7: somebody’s good log-in makes nobody else behind the same client wait', async () => {
  await sql('delete from rate_limit')
  for (let i = 0; i < 5; i++) await tryToLogIn(`guess${i}@globex.example`, 'wrong again and again')
  await new Promise(resolve => setTimeout(resolve, 1100))
  expect((await tryToLogIn(people.bo.email, password)).status).toBe(303)
  expect((await tryToLogIn(people.eve.email, password)).status).toBe(303)
  expect((await tryToLogIn(people.eve.email, 'wrong again and again')).status).toBe(422)
  expect((await tryToLogIn(people.bo.email, password)).status).toBe(429)
  await sql('delete from rate_limit')
})

test('§7: many guesses at the same moment gain nothing (ASVS 6.3.1)', async () => {
  await sql('delete from rate_limit')
  const tries = await Promise.all(
    Array.from({ length: 12 }, () => tryToLogIn('burst@globex.example', 'wrong again and again')),
  )
  expect(tries.filter(({ status }) => status === 422).length).toBeLessThanOrEqual(5)
  expect(tries.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(7)
  await sql('delete from rate_limit')
})

test('§7: a customer is signed in for 14 days without use, staff for 12 hours and never longer than a week (ASVS 7.3.1, 7.3.2)', async () => {
  const customer = anew('bo')
  const agent = anew('dirk')
  await customer.visit('/tickets')
  await agent.visit('/agent')
  const isIn = async (browser: typeof agent) => !(await browser.visit('/account')).path.startsWith('/login')
  for (let use = 0; use < 14; use++) {
    clock.forward({ hours: 11.9 })
    expect(await isIn(agent)).toBe(true)
  }
  clock.forward({ hours: 2 })
  expect(await isIn(agent)).toBe(false)
  expect(await isIn(customer)).toBe(true)
  clock.forward({ days: 13.9 })
  expect(await isIn(customer)).toBe(true)
  clock.forward({ days: 14.1 })
  expect(await isIn(customer)).toBe(false)
  const idle = anew('dana')
  await idle.visit('/agent')
  clock.forward({ hours: 12.2 })
  expect(await isIn(idle)).toBe(false)
})

test('quality, Speed: reading pages writes to the session once in ten minutes at most, and renews its cookie then', async () => {
  const browser = anew('bo')
  await browser.visit('/tickets')
  const version = async () => (await sql(`select string_agg(xmin::text, ',' order by sid) as at from session`))[0]?.at
  const before = await version()
  const versions = new Set([before])
  for (let i = 0; i < 3; i++) {
    const page = await browser.visit('/account')
    expect(cookieLine(page.answer.headers['set-cookie'], 'session')).toBe('')
    versions.add(await version())
  }
  expect(versions.size).toBe(1)
  clock.forward({ minutes: 11 })
  expect(cookieLine((await browser.visit('/account')).answer.headers['set-cookie'], 'session')).not.toBe('')
  for (let i = 0; i < 3; i++) {
    await browser.visit('/account')
    versions.add(await version())
  }
  figure('writes to the session by pages within 10 minutes', versions.size - 1)
  expect(await version()).not.toBe(before)
})

test('§7: a password is good until somebody changes it, ten years later too (ASVS 6.2.10)', async () => {
  const { email } = await newcomer()
  clock.forward({ days: 3653 })
  const page = await stranger().logIn(email, password)
  expect([page.path, page.status]).toEqual(['/tickets', 200])
})
