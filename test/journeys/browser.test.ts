// The journeys once more in a real browser with JavaScript switched off: what the other suites send by hand, it clicks.
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { hasChromium, launchChromium } from '../kit/chromium.ts'
import { world } from '../world.ts'

const { url, mailTo } = await world()

describe.skipIf(!hasChromium)('in a browser without JavaScript', async () => {
  const chromium = hasChromium ? await launchChromium() : null
  afterAll(() => chromium?.close())

  async function openBrowser(): Promise<Page> {
    if (!chromium) throw new Error('there is no browser on this machine')
    const context: BrowserContext = await chromium.newContext({
      javaScriptEnabled: false,
      locale: 'en-GB',
      baseURL: url,
    })
    context.setDefaultTimeout(20_000)
    return context.newPage()
  }

  const file = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('written down') }

  async function logIn(page: Page, email: string): Promise<void> {
    await page.goto('/login')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
  }

  test('§4.1, §4.2, §4.4, V1 V4 V5 V8 V10 V11 V15 V16 H9 H10: from a first request to an answer, out of the list and back', {
    timeout: 300_000,
  }, async () => {
    const customer = await openBrowser()
    await customer.goto('/')
    await customer.getByRole('main').getByRole('link', { name: 'New request' }).click()
    await customer.getByLabel('Name').fill('Berta Browser')
    await customer.getByLabel('E-mail address').fill('berta@browser.example')
    await customer.getByLabel('Subject').fill('Clicked together')
    await customer.getByLabel('Message').fill('Sent by a real browser.')
    await customer.getByLabel('Files').setInputFiles(file)
    const box = customer.getByLabel('Join the support list')
    expect(await box.isChecked()).toBe(false)
    await box.check()
    await customer.getByRole('button', { name: 'Send request' }).click()
    await customer.waitForURL(/\/tickets\/received\/\d+$/)
    const number = customer.url().split('/').at(-1) ?? ''

    await customer.goto((await mailTo('berta@browser.example', /password\/set/)).link(/password\/set/))
    await customer.getByLabel('New password', { exact: true }).fill(password)
    await customer.getByLabel('New password again').fill(password)
    await customer.getByRole('button', { name: 'Save password' }).click()
    await customer.waitForURL(/\/tickets$/)

    await customer.getByRole('link', { name: 'My requests' }).click()
    await customer.getByRole('link', { name: 'Clicked together' }).click()
    await customer.waitForURL(`${url}/tickets/${number}`)
    expect(await customer.getByRole('main').innerText()).toContain('Sent by a real browser.')
    await customer.getByLabel('Message').fill('And a comment with a file.')
    await customer.getByLabel('Files').setInputFiles(file)
    await customer.getByRole('button', { name: 'Send comment' }).click()
    expect(await customer.getByRole('main').innerText()).toContain('And a comment with a file.')
    expect(await customer.getByRole('link', { name: 'note.txt' }).count()).toBe(2)

    const agent = await openBrowser()
    await logIn(agent, people.dana.email)
    await agent.goto(`/agent/tickets/${number}`)
    await agent
      .getByRole('textbox', { name: /answer/i })
      .first()
      .fill('An answer by hand.')
    await agent.getByRole('button', { name: /send answer/i }).click()
    const answer = await mailTo('berta@browser.example', /An answer by hand/)

    await customer.goto(answer.link(/\/tickets\/\d+/))
    expect(await customer.getByRole('main').innerText()).toContain('An answer by hand.')

    await customer.goto(answer.link(/\/list\/leave\//))
    await customer.getByRole('button', { name: /leave/i }).click()
    await customer.goto('/tickets')
    expect(await customer.getByRole('button', { name: 'Send comment' }).count()).toBe(0)
    expect(await customer.getByRole('main').innerText()).toMatch(/list/i)

    const sales = await openBrowser()
    await logIn(sales, people.sam.email)
    await sales.goto('/agent/people?q=berta')
    await sales.getByRole('link', { name: 'Berta Browser' }).click()
    await sales.getByRole('button', { name: 'Put back on the list' }).click()
    await customer.goto('/tickets')
    await customer.getByRole('link', { name: 'Clicked together' }).click()

    await customer.getByRole('link', { name: 'Deutsch' }).click()
    expect(await customer.getByRole('button', { name: 'Kommentar senden' }).count()).toBe(1)
    await customer.getByRole('button', { name: 'Abmelden' }).click()
    await customer.goto('/tickets')
    await customer.waitForURL(/\/login\?next=/)
  })

  test('quality, Safety: whoever sits down where somebody logged out gets back to nothing of theirs (ASVS 14.3.1)', {
    timeout: 300_000,
  }, async () => {
    const page = await openBrowser()
    await logIn(page, people.bo.email)
    await page.waitForURL(/\/tickets$/)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.waitForURL(`${url}/`)
    for (const _back of [1, 2]) {
      await page.goBack()
      expect(page.url()).toContain('/login')
    }
  })
})
