// Every GET route as everybody: what is answered, and what every page holds (quality.md).
import { describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { statementsOf } from '../kit/sql.ts'
import { figure } from '../promises/figure.ts'
import { world } from '../world.ts'
import { siteMap, type Visitor, visitors } from './site-map.ts'

const opened = await world()
const { as, stranger, app, settled, url } = opened
const map = await siteMap(opened)
await settled()

const browserOf = (visitor: Visitor) => (visitor === 'stranger' ? stranger() : as(visitor))
const isTeam = (visitor: Visitor) => visitor === 'dana' || visitor === 'sam' || visitor === 'ada'

/** `200`, or `303 /login`: the first answer, without query. */
function told(page: Page): string {
  const location = page.header('location')
  return location
    ? `${page.status} ${new URL(location, url).pathname.replace(/^(\/agent\/tickets)\/\d+$/, '$1')}`
    : String(page.status)
}

test('the map has every GET route of src/routes.ts', () => {
  const routes = app.router.stack.flatMap(({ route }) =>
    route?.stack.some(({ method }) => method === 'get') ? [route.path] : [],
  )
  expect(Object.keys(map).sort()).toEqual([...new Set(routes)].sort())
})

describe.each(Object.entries(map))('GET %s', (_route, { address, answers, isOther }) => {
  test.each(visitors.map((visitor, index) => [visitor, answers[index]] as const))(
    'as %s: %s, with the headers of every page, a way to log out and nothing from elsewhere (ASVS 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.7.1, 7.4.4, 14.2.3, 14.3.2)',
    async (visitor, answer) => {
      const page = await browserOf(visitor).visit(address, { follow: false })
      expect(told(page)).toBe(answer)
      if (isOther) return
      expectSafeHeaders(page)
      if (page.status !== 303) await expectGoodPage(page)
      if (page.status !== 303 && visitor !== 'stranger') expect(page.hasButton(/^(Log out|Abmelden)$/)).toBe(true)
    },
  )
})

function expectSafeHeaders(page: Page): void {
  expect(page.header('content-security-policy').replace(/;\s*/g, '; ').replace(/; $/, '')).toBe(
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  )
  expect(page.header('x-content-type-options')).toBe('nosniff')
  expect(page.header('x-robots-tag')).toContain('noindex')
  expect(page.header('cache-control')).toContain('no-store')
  const hasToken =
    /^\/(password\/(set|reset)|list\/(leave|confirm|undo)|account\/(address|weekly-report)|rating)\//.test(
      page.url.pathname,
    )
  expect(page.header('referrer-policy')).toBe(hasToken ? 'no-referrer' : 'same-origin')
  expect(page.header('x-powered-by')).toBe('')
}

describe('SQL statements', () => {
  test.each(visitors)('as %s: at most 4 for customers, 8 for the team', async visitor => {
    const browser = browserOf(visitor)
    await browser.ready()
    const name = isTeam(visitor) ? 'statements of a team page' : 'statements of a customer’s page'
    for (const { address, answers } of Object.values(map)) {
      if (answers[visitors.indexOf(visitor)] !== '200') continue
      await browser.visit(address) // the first one in ten minutes notes that the session was used
      const { statements } = await statementsOf(() => browser.visit(address))
      const texts = statements.map(({ text }) => text.slice(0, 150))
      figure(name, texts, `${address} as ${visitor}`)
      figure(
        'statements about rate limits on pages',
        texts.filter(text => /rate_limit/.test(text)),
        address,
      )
    }
  })

  test('their number does not grow with what a page shows', async () => {
    const browser = as('ann')
    const count = async (address: string) => {
      await browser.visit(address)
      return (await statementsOf(() => browser.visit(address))).statements.length
    }
    const number = map['/tickets/:number']?.address ?? ''
    await settled() // the worker's statements are not the page's
    const before = [await count('/tickets'), await count(number)]
    for (let i = 0; i < 8; i++) {
      await (await browser.visit('/tickets/new'))
        .form(/^(Send request|Anfrage senden)$/)
        .fill({ subject: `More ${i}`, message: 'x' })
        .submit()
      const form = (await browser.visit(number))
        .form(/^(Send comment|Kommentar senden)$/)
        .fill({ message: `More ${i}` })
      await form.attach('attachments', { filename: `more-${i}.txt`, content: 'x' }).submit()
    }
    await settled()
    const after = [await count('/tickets'), await count(number)]
    for (const [at, address] of ['/tickets', number].entries())
      figure('statements more where a page shows eight more rows', (after[at] ?? 0) - (before[at] ?? 0), address)
  })
})
