// What every page holds (quality.md): valid HTML, no script, light, and readable for everybody.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { HtmlValidate } from 'html-validate'
import type { Browser as Chromium } from 'playwright-core'
import { expect } from 'vitest'
import { figure } from '../promises/figure.ts'
import type { Browser } from './browser.ts'
import type { Page } from './page.ts'

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'input-missing-label': 'error',
    // Several boxes of one question share a name, as radios do.
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'button', 'reset', 'submit'] }],
    'no-missing-references': 'error',
    'missing-doctype': 'error',
    // The title names the ticket's subject, which may be long.
    'long-title': 'off',
  },
})

/** What html-validate finds fault with, one line each. */
export async function htmlFaults(html: string): Promise<string[]> {
  const report = await validator.validateString(html)
  return report.results.flatMap(({ messages, source }) =>
    messages.map(
      ({ line, column, ruleId, message }) =>
        `${ruleId} ${message} (${line}:${column}) ${(source ?? '').split('\n')[line - 1]?.trim().slice(0, 120)}`,
    ),
  )
}

/** Whatever could run or be fetched from somewhere else. */
export function foreignParts({ $, url }: Page): string[] {
  const scripts = $(
    'script, iframe, object, embed, base, meta[http-equiv=refresh], [style], [onclick], [onload], [onerror]',
  ).toArray()
  const addresses = $('link[href], img[src], source[src], [srcset]')
    .toArray()
    .map(each => $(each).attr('href') ?? $(each).attr('src') ?? '')
  const elsewhere = addresses.filter(each => !each.startsWith('data:') && new URL(each, url).origin !== url.origin)
  const javascript = $('[href^="javascript:" i], [action^="javascript:" i]').toArray()
  return [...[...scripts, ...javascript].map(each => $.html(each)), ...elsewhere]
}

/** What a browser loads for a page: requests, and bytes as they travel (body and head, compressed). */
export async function weightOf(page: Page): Promise<{ requests: string[]; bytes: number }> {
  const { $, browser, url } = page
  const parts = $('link[rel~=stylesheet], link[rel~=icon], img[src], script[src]').toArray()
  const addresses = parts
    .map(each => $(each).attr('href') ?? $(each).attr('src') ?? '')
    .filter(each => !each.startsWith('data:'))
  const paths = [...new Set(addresses.map(each => new URL(each, url).pathname + new URL(each, url).search))]
  // Without a word on icons every browser asks for one.
  if ($('link[rel~=icon]').length === 0) paths.push('/favicon.ico')
  const requests = [page.path, ...paths]
  const sizes = await Promise.all(requests.map(path => travelling(browser, path)))
  return { requests, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

async function travelling(browser: Browser, path: string): Promise<number> {
  const { status, headers, body } = await browser.raw('GET', path, {
    accept: 'text/html,*/*',
    'accept-encoding': 'gzip, deflate, br',
  })
  const head =
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n').length + `HTTP/1.1 ${status} OK`.length
  return head + body.length
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What passes is not described, which takes longer than to find what does not. */
const asked = { runOnly: standards, resultTypes: ['violations'] }

export interface Looks {
  colorScheme: 'light' | 'dark'
  width: number
}

/** Opens a window with somebody's cookies; answers what axe complains of on a page there, and what does not fit. */
export async function lookAs(chromium: Chromium, browser: Browser, { colorScheme, width }: Looks) {
  await browser.ready()
  // Scripts are on, for axe alone: it comes by the debugger, past the page's own policy, which stays in force.
  const context = await chromium.newContext({
    colorScheme,
    viewport: { width, height: 900 },
    locale: browser.languages,
  })
  await context.addCookies(cookiesOf(browser))
  const page = await context.newPage()
  /** What axe finds on the page that is open, and by how many pixels it is wider than the window. */
  async function lookHere(): Promise<{ violations: string[]; overflow: number }> {
    const path = new URL(page.url()).pathname
    await page.evaluate(axe)
    const found = (await page.evaluate(`axe.run(${JSON.stringify(asked)})`)) as AxeResults
    const overflow = Number(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    )
    const violations = found.violations.flatMap(({ id, nodes }) =>
      nodes.map(node => `${path}: ${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`.replace(/\s+/g, ' ')),
    )
    return { violations, overflow }
  }
  /** What is wrong with it, in lines. */
  async function faultsHere(): Promise<string[]> {
    const { violations, overflow } = await lookHere()
    return overflow > 0
      ? [...violations, `${page.url()}: wider than the window by ${overflow} px at ${width}`]
      : violations
  }

  return {
    page,
    faultsHere,
    async look(path: string) {
      await page.goto(new URL(path, browser.origin).href)
      return lookHere()
    },
    async faults(path: string): Promise<string[]> {
      await page.goto(new URL(path, browser.origin).href)
      return faultsHere()
    },
    close: () => context.close(),
  }
}

interface AxeResults {
  violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[]
}

function cookiesOf({ jar, origin }: Browser) {
  const pairs = jar.header(new URL(origin)).split('; ').filter(Boolean)
  return pairs.map(pair => ({
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    url: origin,
  }))
}

/** Valid HTML in the right language, and nothing that runs or comes from elsewhere. */
export async function expectGoodPage(page: Page): Promise<void> {
  const where = `${page.path} (${page.status})`
  figure('faults that html-validate finds', await htmlFaults(page.html), where)
  figure('scripts, fonts and things from elsewhere', foreignParts(page), where)
  expect(page.$('html').attr('lang'), where).toMatch(/^(en|de)$/)
  expect(page.title, where).not.toBe('')
  expect(page.$('h1').length, `one h1 on ${where}`).toBe(1)
  expect(page.$('main').length, `one main on ${where}`).toBe(1)
}
