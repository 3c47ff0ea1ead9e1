// GET /graphql in a browser: the one page with scripts, all of them our own.
import type { Browser as Chromium, ConsoleMessage, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, launchChromium } from '../kit/chromium.ts'
import { expectGoodPage, foreignParts, htmlFaults, type Looks, lookAs } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { as, stranger, token, url } = await world()
const html = { accept: 'text/html' }

test('§7: a browser that opens the address gets the explorer; a program still sends by POST', async () => {
  const page = await as('ann').visit('/graphql')
  expect(page.status).toBe(200)
  expect(page.title).toContain('API-Explorer')
  expect(await htmlFaults(page.html)).toEqual([])
  expect((await as('ann').raw('GET', '/graphql')).status).toBe(405)
  expect((await as('ann').raw('GET', '/graphql', { accept: '*/*' })).status).toBe(405)
  expect((await as('ann').raw('GET', '/graphql?query=%7Bviewer%7Bname%7D%7D', html)).status).toBe(405)
  expect((await as('ann').raw('DELETE', '/graphql', html)).status).toBe(405)
  expect(page.header('vary')).toContain('Accept')
})

test('§8: strangers, to whom introspection is closed, get a page that explains, without scripts', async () => {
  const page = await stranger().visit('/graphql')
  await expectGoodPage(page)
  expect(page.header('content-security-policy')).toContain("script-src 'none'")
  expect(page.$('a[href="/login?next=/graphql"]').length).toBe(1)
  expect(page.$('a[href="/help/api"]').length).toBeGreaterThan(0)
})

test('quality, Safety: the policy has few exceptions, a nonce of its own each time, and holds nowhere else', async () => {
  const policyOf = async () => (await as('ann').visit('/graphql')).header('content-security-policy')
  const [first, second] = [await policyOf(), await policyOf()]
  const nonce = /'nonce-([^']+)'/.exec(first)?.[1] ?? ''
  expect(nonce.length).toBeGreaterThan(20)
  expect(second).not.toContain(nonce)
  expect(first.replaceAll(nonce, '…').split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'nonce-…'",
    "worker-src 'self'",
    "connect-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "style-src-elem 'self' 'nonce-…'",
    "style-src-attr 'unsafe-inline'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ])
  expect(foreignParts(await as('ann').visit('/graphql'))).toHaveLength(1)
})

test('the files have addresses of their own for each version, and are kept for good', async () => {
  const page = await as('ann').visit('/graphql')
  const address = page.$('link[rel=stylesheet]').attr('href') ?? ''
  const { status, headers } = await stranger().raw('GET', address)
  expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  expect(headers['content-type']).toContain('text/css')
  expect((await stranger().raw('GET', '/explorer/0000/explorer.js')).status).toBe(404)
  expect((await stranger().raw('GET', address.replace('explorer.css', 'package.json'))).status).toBe(404)
})

describe.runIf(hasChromium)('in a real browser', () => {
  let chromium: Chromium
  beforeAll(async () => {
    chromium = await launchChromium()
  })
  afterAll(() => chromium?.close())

  async function explorer(looks: Looks = { colorScheme: 'light', width: 1280 }) {
    const window = await lookAs(chromium, as('ann'), looks)
    const told: string[] = []
    const asked: string[] = []
    window.page.on('console', (message: ConsoleMessage) => {
      if (['error', 'warning'].includes(message.type())) told.push(message.text())
    })
    window.page.on('pageerror', error => told.push(error.message))
    window.page.on('request', (request: Request) => asked.push(request.url()))
    await window.page.goto(`${url}/graphql`)
    await window.page.getByText('query MyTickets').first().waitFor()
    return { ...window, told, asked }
  }

  test('§7: it runs an example as the one who is logged in, with nothing from elsewhere and nothing refused', async () => {
    const { page, told, asked, close } = await explorer()
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await page.locator('.result-window').getByText('"subject"').first().waitFor()
    expect(await page.locator('.result-window').innerText()).toContain('"number"')
    expect(told).toEqual([])
    expect(asked.filter(each => !each.startsWith(`${url}/`) && !each.startsWith('data:'))).toEqual([])
    await close()
  }, 300_000)

  test('§8: with a token under “Headers” it runs as the token’s owner', async () => {
    const { page, told, close } = await explorer()
    await write(page, '.graphiql-query-editor', '{ viewer { name } }')
    await page.getByRole('button', { name: 'Headers', exact: true }).click()
    await write(page, '.graphiql-editor-tool', JSON.stringify({ Authorization: `Bearer ${await token('dana')}` }))
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await page.locator('.result-window').getByText('Dana Dietz').first().waitFor()
    expect(told).toEqual([])
    await page.reload() // whatever it writes late is written by now
    await page.getByText('viewer').first().waitFor()
    const kept = await page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])')
    expect(kept, 'nothing keeps the token').not.toContain('Bearer')
    await close()
  }, 300_000)

  test('§7: it follows what happens', async () => {
    const { page, told, close } = await explorer()
    await page.locator('button[id^=graphiql-session-tab]', { hasText: 'Live' }).click()
    await expect.poll(() => page.locator('.graphiql-query-editor').innerText()).toMatch(/Live/)
    // Until it has noted the change of tabs, GraphiQL names the operation of the one before.
    await expect.poll(() => page.evaluate(`sessionStorage['graphiql:tabState'] ?? ''`)).toContain('"activeTabIndex":7')
    await page.getByRole('button', { name: /^Execute query/ }).click()
    const input = { subject: 'Seen in the explorer', message: 'x' }
    await expect
      .poll(
        async () => {
          await as('ann').graphql(
            'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { id } } }',
            { input },
          )
          return page.locator('.result-window').innerText()
        },
        { timeout: 30_000, interval: 1000 },
      )
      .toMatch(/Seen\sin/)
    await page.getByRole('button', { name: /^Stop query/ }).click()
    expect(told).toEqual([])
    await close()
  }, 300_000)

  test.each([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 390 },
  ] as const)(
    'quality, Weight and reach: axe finds nothing in our own part at $width px ($colorScheme)',
    async looks => {
      const { faultsHere, close } = await explorer(looks)
      // GraphiQL's tabs hold a button each; all else that axe finds in it is mended by our style sheet.
      expect((await faultsHere()).filter(each => !each.includes('nested-interactive'))).toEqual([])
      await close()
    },
    300_000,
  )
})

/** Puts a text in place of what stands in an editor. */
async function write(page: Page, editor: string, text: string): Promise<void> {
  await page.locator(`${editor} .view-lines:visible`).first().click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}
