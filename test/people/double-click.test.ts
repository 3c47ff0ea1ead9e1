import { expect, test } from 'vitest'
import { setCookiesOf } from '../kit/http.ts'
import { world } from '../world.ts'

const { stranger, clock, newcomer, mailTo, mailsTo } = await world()

const NEW = 'a long walk home'
const linkOf = async (email: string, pattern: RegExp) => (await mailTo(email, pattern)).link(pattern)

test('§9: a double click on “Save password” is one: both posts log in, or lead to the log-in after a reset', async () => {
  const email = 'rosalind@initech.example'
  const register = (await stranger().visit('/register')).form(/.*/, '/register')
  await register.fill({ name: 'Rosalind', email }).submit()
  const save = async (link: string, words = NEW) => {
    const page = await stranger().visit(link)
    return page.form('Save password').fill({ password: words, passwordConfirm: words })
  }
  const link = await linkOf(email, /\/password\/set\//)
  const form = await save(link)
  const other = await save(link, 'not the same long walk')
  const posts = await Promise.all([form.submit(), form.submit()])
  expect(posts.map(page => page.redirects[0])).toEqual(Array(2).fill({ status: 303, location: '/no-access' }))
  expect((await other.submit()).status).toBe(410)
  expect((await stranger().visit(link)).status).toBe(410)

  const forgot = (await stranger().visit('/password/forgot')).form(/.*/, '/password/forgot')
  await forgot.fill({ email }).submit()
  const again = await save(await linkOf(email, /\/password\/reset\//), 'an even longer walk')
  const resets = await Promise.all([again.submit(), again.submit()])
  expect(resets.map(page => page.redirects[0])).toEqual(Array(2).fill({ status: 303, location: '/login' }))
  const told = (await mailsTo(email)).filter(mail => /was changed/.test(mail.subject))
  expect(told).toHaveLength(1)

  clock.forward({ minutes: 2 })
  const stale = await again.submit()
  clock.reset()
  expect(stale.status).toBe(410)
})

test('§9: a second click that already has the session of the first is taken as well, and a minute later no more', async () => {
  const { email } = await newcomer()
  const typed = { email, password: 'plaindesk-example' }
  const login = await stranger().visit('/login')
  const form = new URLSearchParams({ ...typed, _csrf: login.form('Log in').value('_csrf') ?? '' }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const post = (more: object = {}) => login.browser.raw('POST', '/login', { ...headers, ...more }, form)
  const taken = async () => {
    const cookies = setCookiesOf(await post()).map(line => line.split(';')[0])
    return { cookie: [login.browser.jar.header(login.url), ...cookies].join('; ') }
  }
  const second = await post(await taken())
  expect([second.status, second.headers.location]).toEqual([303, '/tickets'])
  const late = await taken()
  clock.forward({ minutes: 2 })
  expect((await post(late)).status).toBe(403)
  clock.reset()
})
