// §3: every POST route as everybody, with a good token: whoever may run its mutation by the API may send its form, and
// nobody else.
import { beforeEach, describe, expect, test } from 'vitest'
import { multipart, urlencoded } from '../kit/body.ts'
import { askers, mutations, type Outcome } from '../kit/operations.ts'
import { world } from '../world.ts'
import { others, posts } from './posts.ts'

const { as, stranger, app, sql } = await world()
type Asker = (typeof askers)[number]
const browserOf = (asker: Asker) => (asker === 'stranger' ? stranger() : as(asker))
beforeEach(() => sql('delete from rate_limit'))

test('the table has every POST route of src/routes.ts (ASVS 8.2.1)', () => {
  const routes = app.router.stack.flatMap(({ route }) =>
    route?.stack.some(({ method }) => method === 'post') ? [route.path] : [],
  )
  expect([...Object.keys(posts), ...others].sort()).toEqual([...new Set(routes)].sort())
})

test('§3: what is mounted besides routes is known: headers, health, files of ours, sessions, the API, the development’s mails (ASVS 8.2.1, 13.4.5)', () => {
  const mounted = app.router.stack.filter(({ route }) => !route).map(({ name }) => name)
  const [health, api, mails] = ['router', 'router', 'router']
  const headers = ['middleware', 'helmetMiddleware', '<anonymous>']
  const session = ['<anonymous>', 'chooseLanguage', '<anonymous>', '<anonymous>', 'chooseLanguage']
  expect(mounted).toEqual([
    ...[...headers, health, 'compression', 'publicFiles', 'cookieParser', 'onlyTextCookies', ...session, api],
    ...['<anonymous>', 'keepAddress', 'explorerPolicy', mails, 'notFound', 'middleware'],
  ])
})

/** Nothing of anybody is in them; `/dev/mail` is not mounted in production. */
const open = [200, 200, 200, 200, 200, 200]
test.each([
  ['POST', '/uploads', { 'apollo-require-preflight': 'true' }, [401, 403, 201, 201, 201, 201]],
  ['GET', '/healthz', {}, open],
  ['GET', '/readyz', {}, open],
  ['GET', '/metrics', {}, open],
  ['GET', '/dev/mail', {}, open],
] as const)('§3: %s %s as everybody', async (method, path, headers, wanted) => {
  const statuses: number[] = []
  for (const asker of askers) {
    const body = method === 'POST' ? multipart([['file', { filename: 'a.txt', content: 'x' }]]) : null
    const type: Record<string, string> = body ? { 'content-type': body.contentType } : {}
    statuses.push((await browserOf(asker).raw(method, path, { ...headers, ...type }, body?.content ?? null)).status)
  }
  expect(statuses).toEqual(wanted)
})

/** What a form's answer has to be, by what the API answers. */
function statuses(asker: Asker, outcome: Outcome, path: string): number[] {
  const isTeam = !['stranger', 'cem', 'ann'].includes(asker)
  if (outcome === 'UNAUTHENTICATED') return [422, 403] // the log-in form with what was typed
  if (outcome === 'FORBIDDEN') return [isTeam || asker === 'cem' ? 403 : 404]
  if (outcome === 'NOT_FOUND') return isTeam ? [404, 422] : [404] // what the form lacks is found first
  // The page of the form has a rule too: nobody is told what was wrong on a page that they may not see.
  if (/^\/(agent|admin)\b/.test(path) && !isTeam) return [404]
  if (path.startsWith('/admin/') && asker !== 'ada') return [403]
  if (path === '/agent/tickets/new' && asker === 'sam') return [403]
  return [200, 303, 404, 410, 422]
}

const NOWHERE = '99999999'
const link = 'AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const nobody = 'user_00000000-0000-7000-8000-000000000000'
const filled = (path: string) =>
  path.replace(/:(\w+)/g, (_, name) =>
    name === 'number' || name === 'from' ? NOWHERE : name === 'token' && !path.includes('/tokens/') ? link : nobody,
  )

describe.each(Object.entries(posts))('POST %s', (path, name) => {
  test(`§3: whoever may ${name}, and nobody else, whatever a page shows (ASVS 8.3.1)`, async () => {
    const { variables, who } = mutations[name] ?? { who: [] }
    const input: Record<string, unknown> = Reflect.get(Object(variables), 'input') ?? {}
    const told: Record<string, string> = {}
    for (const [at, asker] of askers.entries()) {
      const browser = browserOf(asker)
      const page = await browser.visit(asker === 'stranger' ? '/login' : '/account')
      const token = page.$('[name=_csrf]').first().attr('value') ?? ''
      const fields = Object.entries(input).flatMap(([field, value]) =>
        [value].flat().map((each): [string, string] => [field, String(each)]),
      )
      const { status } = await browser.post(filled(path), urlencoded([['_csrf', token], ...fields]), { follow: false })
      const allowed = statuses(asker, who[at] ?? 'ok', path)
      if (!allowed.includes(status)) told[asker] = `${status}, not one of ${allowed}`
    }
    expect(told).toEqual({})
  })
})

describe('CSRF', () => {
  const withoutCookies = ['/uploads'] // by a token, or a header that another site cannot send: test/graph/api.test.ts
  const routes = [...Object.keys(posts), ...others].filter(path => !withoutCookies.includes(path))

  test.each(routes)(
    'quality, Safety: a post to %s without a good token, or from another site, does nothing (ASVS 3.5.1)',
    async path => {
      const acts = async () =>
        sql(
          `select count(*) from idempotency_key union all select count(*) from admin_event union all select count(*) from ticket_event union all select count(*) from session`,
        )
      await Promise.all([browserOf('ann').ready(), browserOf('ada').ready()])
      const before = await acts()
      for (const asker of ['stranger', 'ann', 'ada'] as const) {
        const browser = browserOf(asker)
        const page = await browser.visit(asker === 'stranger' ? '/login' : '/account')
        const good = page.$('[name=_csrf]').first().attr('value') ?? ''
        const send = async (_csrf: string, headers = {}) =>
          (await browser.post(filled(path), urlencoded([['_csrf', _csrf]]), { follow: false, headers })).status
        // A stranger's is the log-in form with what was typed, where the page asks to log in.
        expect([403, asker === 'stranger' ? 422 : 403]).toContain(await send(`${good.slice(0, -1)}x`))
        expect(await send(good, { 'sec-fetch-site': 'cross-site' })).toBe(403)
      }
      expect(await acts()).toEqual(before)
    },
  )
})
