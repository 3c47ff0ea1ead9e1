// §4 “Ticket page”: access keys make mouse-less work quick. One key means one thing, and a page lists them.
import { expect, test } from 'vitest'
import { accessKeys } from '../../src/web/access-keys.ts'
import { hasChromium, launchChromium } from '../kit/chromium.ts'
import { expectGoodPage, lookAs } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { open } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { siteMap, visitors } from './site-map.ts'

const here = await world({ UNDO_SECONDS: '15' })
const { as } = here
const map = await siteMap(here)
const keysOn = ({ $ }: Page) =>
  $('[accesskey]')
    .toArray()
    .map(each => $(each).attr('accesskey') ?? '')
const letters: string[] = Object.values(accessKeys)

test('§4: no page has a key twice, none has one that is not listed, and each that is listed is somewhere', async () => {
  const found = new Set<string>()
  for (const visitor of ['dana', 'sam', 'ada'] as const) {
    for (const { address, answers, isOther } of Object.values(map)) {
      if (answers[visitors.indexOf(visitor)] !== '200' || isOther) continue
      const keys = keysOn(await as(visitor).visit(address))
      expect(new Set(keys).size, `${address} as ${visitor}: ${keys}`).toBe(keys.length)
      expect(
        keys.filter(key => !letters.includes(key)),
        address,
      ).toEqual([])
      for (const key of keys) found.add(key)
    }
  }
  const number = await open(as('bo'), 'Keys')
  const page = await as('dana').visit(`/agent/tickets/${number}`)
  const answered = await page.form('Send answer').fill({ message: 'With a key.' }).submit()
  const keys = keysOn(answered)
  expect(new Set(keys).size).toBe(keys.length)
  for (const key of [...keysOn(page), ...keys]) found.add(key)
  for (let at = 0; at < 27; at++) await open(as('bo'), `Full page ${at}`)
  for (const key of keysOn(await as('dana').visit('/agent?tab=all'))) found.add(key)
  expect([...found].sort()).toEqual([...letters].sort())
})

test('§4: customers’ pages have none', async () => {
  for (const address of ['/tickets', '/tickets/new', '/account'])
    expect(keysOn(await as('ann').visit(address)), address).toEqual([])
})

test('§4: a page lists them, linked from every page of the team', async () => {
  for (const name of ['dana', 'sam', 'ada'] as const) {
    const page = await (await as(name).visit('/agent')).follow('Keys')
    expect(page.path).toBe('/agent/help/keys')
    expect(page.texts('main kbd').map(letter => letter.toLowerCase())).toEqual(letters)
    await expectGoodPage(page)
  }
  expect((await as('ann').visit('/agent/help/keys')).status).toBe(404)
})

test.skipIf(!hasChromium)(
  '§4: in a browser they do what the list says, without JavaScript, and mistakes are where one lands',
  {
    timeout: 300_000,
  },
  async () => {
    const chromium = await launchChromium()
    const number = await open(as('bo'), 'By keyboard')
    const { page, close } = await lookAs(chromium, as('dana'), { colorScheme: 'light', width: 1280 })
    await page.goto(`${here.url}/agent/tickets/${number}`)
    const debug = await page.context().newCDPSession(page)
    const press = async (name: keyof typeof accessKeys) => {
      // Playwright's own keyboard leaves out the letter, by which the browser finds the element.
      const letter = accessKeys[name]
      const key = { modifiers: 1, key: letter, unmodifiedText: letter, code: `Key${letter.toUpperCase()}` }
      await debug.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key })
      await debug.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
    }
    await press('send')
    await page.waitForSelector('.errors')
    expect(await page.title()).toMatch(/^Error:/)
    expect(await page.evaluate('document.activeElement.className')).toBe('errors')
    await press('answer')
    await page.keyboard.type('Typed without a mouse.')
    await press('send')
    await page.waitForSelector('.message.team')
    await press('note')
    expect(await page.locator('details.noted').getAttribute('open')).not.toBeNull()
    await press('queue')
    await page.waitForURL('**/agent')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).toBe('skip')
    await close()
    await chromium.close()
  },
)
