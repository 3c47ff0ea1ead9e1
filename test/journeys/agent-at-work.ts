// An agent at a real browser without JavaScript. Counts what each act costs in pages loaded.
import type { Browser, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { password } from '../kit/cast.ts'

/** Proved by issue and quality alike: what an agent does takes so many page loads at most. */
const MOST_LOADS = 2

export class AgentAtWork {
  /** How many pages each act loaded, by its name. */
  readonly loads = new Map<string, number[]>()
  #loaded = 0

  private constructor(
    readonly name: string,
    readonly page: Page,
  ) {
    page.on('response', response => {
      const request = response.request()
      if (request.isNavigationRequest() && response.status() !== 303) this.#loaded += 1
    })
  }

  static async logIn(browser: Browser, baseURL: string, name: string, email: string): Promise<AgentAtWork> {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB', baseURL })
    context.setDefaultTimeout(30_000)
    const page = await context.newPage()
    await page.goto('/login')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    const agent = new AgentAtWork(name, page)
    await agent.press(agent.button('Log in'))
    return agent
  }

  /** Presses a button or a link, and waits for the page that it leads to: a click alone may be over before that has begun. */
  async press(control: Locator): Promise<void> {
    await Promise.all([this.page.waitForEvent('domcontentloaded'), control.click()])
  }

  /** Does something from the page that is shown; fails where that needs too many pages. */
  async act(what: string, deed: (page: Page) => Promise<unknown>): Promise<void> {
    const before = this.#loaded
    await deed(this.page)
    const loads = this.#loaded - before
    expect(loads, `${what} at ${this.page.url()}`).toBeLessThanOrEqual(MOST_LOADS)
    this.loads.set(what, [...(this.loads.get(what) ?? []), loads])
  }

  get subject(): Promise<string> {
    return this.page.getByRole('heading', { level: 1 }).innerText()
  }

  /** The number of the ticket that is open; null on any other page. */
  get number(): number | null {
    const [, number] = /\/agent\/tickets\/(\d+)/.exec(this.page.url()) ?? []
    return number === undefined ? null : Number(number)
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true })
  }
}
