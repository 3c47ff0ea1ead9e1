// Quality, "Weight and reach": pages without a mouse, without style sheets, at 400 %, and in text browsers.
import { spawnSync } from 'node:child_process'
import { load } from 'cheerio'
import type { Browser as Chromium, Page as Tab } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { hasChromium, launchChromium } from '../kit/chromium.ts'
import { lookAs } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { figure } from '../promises/figure.ts'
import { world } from '../world.ts'
import { addressesIn, siteMap } from './site-map.ts'

const opened = await world()
const { as, stranger } = opened
const map = await siteMap(opened)

const readers = ['stranger', 'cem', 'ann', 'ada'] as const
type Reader = (typeof readers)[number]
const browserOf = (reader: Reader) => (reader === 'stranger' ? stranger() : as(reader))

/** Whatever somebody can act on; of radio buttons the one that the keyboard comes to, what is folded away not. */
const CONTROLS = `(() => {
  const stopOf = radio => {
    const group = [...radio.form.elements].filter(({ type, name }) => type === 'radio' && name === radio.name)
    return group.find(({ checked }) => checked) ?? group[0]
  }
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden], [hidden]), select, textarea, summary')].filter(each =>
    !each.matches(':disabled') && each.tabIndex >= 0 && !each.closest('details:not([open]) > :not(summary)') &&
    (each.type !== 'radio' || stopOf(each) === each))
})()`
const NAME = '(each.textContent.trim() || each.name || each.outerHTML).slice(0, 60)'

describe.skipIf(!hasChromium)('in a browser', { timeout: 240_000 }, async () => {
  const chromium = (hasChromium ? await launchChromium() : null) as Chromium
  afterAll(() => chromium?.close())
  const windowOf = (reader: Reader, width = 1280) =>
    lookAs(chromium, browserOf(reader), { colorScheme: 'light', width })

  test.each(readers)('quality: by keyboard alone, as %s', async reader => {
    const window = await windowOf(reader)
    for (const address of addressesIn(map, reader)) {
      await window.page.goto(new URL(address, opened.url).href)
      const { unreached, unseen } = await tabThrough(window.page)
      figure('controls that Tab does not reach', unreached, `${address} as ${reader}`)
      figure('controls whose focus is not seen', unseen, `${address} as ${reader}`)
    }
    await window.close()
  })

  test.each(readers)('quality: without style sheets, as %s', async reader => {
    const window = await windowOf(reader, 320)
    await window.page.route('**/*.css*', route => route.abort())
    for (const address of addressesIn(map, reader)) {
      await window.page.goto(new URL(address, opened.url).href)
      const gone = (await window.page.evaluate(
        `${CONTROLS}.filter(each => !each.checkVisibility() || each.getClientRects().length === 0).map(each => ${NAME})`,
      )) as string[]
      figure('controls that are not there without style sheets', gone, `${address} as ${reader}`)
    }
    await window.close()
  })

  test.each(readers)('quality: at 400 % on a window of 1,280 by 1,024 px, as %s', async reader => {
    const window = await windowOf(reader)
    await window.page.setViewportSize({ width: 320, height: 256 })
    for (const address of addressesIn(map, reader)) {
      await window.page.goto(new URL(address, opened.url).href)
      const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      figure('wider than a window of 1,280 px at 400 % by', Number(await window.page.evaluate(wider)), address)
    }
    await window.close()
  })

  test('the walk by keyboard finds what it cannot reach or see', async () => {
    const window = await windowOf('stranger')
    await window.page.setContent(
      '<style>.bare:focus { outline: 0 }</style><a href="/">Seen</a><div inert><a href="/">Away</a></div><button class="bare">Bare</button>',
    )
    expect(await tabThrough(window.page)).toEqual({ unreached: ['Away'], unseen: ['Bare'] })
    await window.close()
  })
})

/** Presses Tab until the page is through; answers what it did not come to, and where nothing showed that it had. */
async function tabThrough(page: Tab): Promise<{ unreached: string[]; unseen: string[] }> {
  const controls = (await page.evaluate(`(window.controls = ${CONTROLS}).map(each => ${NAME})`)) as string[]
  const reached = new Set<number>()
  const unseen: string[] = []
  // Boxes that scroll are stops of their own.
  for (let press = 0; press < controls.length + 20 && reached.size < controls.length; press++) {
    await page.keyboard.press('Tab')
    const { at, isSeen } = (await page.evaluate(FOCUS)) as { at: number; isSeen: boolean }
    if (at >= 0 && !isSeen && !reached.has(at)) unseen.push(controls[at] ?? '')
    if (at >= 0) reached.add(at)
  }
  return { unreached: controls.filter((_, at) => !reached.has(at)), unseen }
}

/** Which control has the focus, and whether an outline or a shadow shows it, its own or that of its cover. */
const FOCUS = `(() => {
  const each = document.activeElement
  const styles = ['', '::before', '::after'].map(part => getComputedStyle(each, part || null))
  return {
    at: window.controls.indexOf(each),
    isSeen: styles.some(style => (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none'),
  }
})()`

const textBrowsers = [
  ['words that w3m does not show', 'w3m', ['-dump', '-T', 'text/html', '-cols', '400', '-I', 'UTF-8', '-O', 'UTF-8']],
  [
    'words that lynx does not show',
    'lynx',
    ['-dump', '-stdin', '-force_html', '-nolist', '-width=990', '-assume_charset=utf-8', '-display_charset=utf-8'],
  ],
] as const

describe.each(textBrowsers)('quality: %s', (name, program, args) => {
  const isThere = spawnSync(program, ['-version']).error === undefined

  test.skipIf(!isThere).each(readers)('as %s', { timeout: 120_000 }, async reader => {
    const browser = browserOf(reader)
    for (const address of addressesIn(map, reader)) {
      const page = await browser.visit(address)
      const shown = spawnSync(program, args, { input: page.html, encoding: 'utf8' }).stdout.replace(/\s+/g, ' ')
      figure(
        name,
        wordsOf(page).filter(word => !shown.includes(word)),
        `${address} as ${reader}`,
      )
    }
  })
})

/** Everything that is to be read; of choices a text browser shows the chosen one alone. */
function wordsOf({ html }: Page): string[] {
  const $ = load(html)
  $('head, option:not([selected]), datalist').remove()
  $('body *').after(' ')
  return [...new Set($('body').text().split(/\s+/))].filter(word => /[\p{L}\p{N}]/u.test(word))
}
