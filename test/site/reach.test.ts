// Quality, "Weight and reach": how heavy customer pages are, and whether everybody can use every page.
import { afterAll, describe, expect, test } from 'vitest'
import { hasChromium, launchChromium } from '../kit/chromium.ts'
import { lookAs, weightOf } from '../kit/good-page.ts'
import { figure } from '../promises/figure.ts'
import { open } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { addressesIn, siteMap, type Visitor } from './site-map.ts'

const opened = await world()
const { as, stranger, newcomer } = opened
// As people write: a list of tickets has to break such words where its columns leave no room.
await open(as('bo'), 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz: Donaudampfschifffahrtskapitän')
const map = await siteMap(opened)

const browserOf = (visitor: Visitor) => (visitor === 'stranger' ? stranger() : as(visitor))
const addressesFor = (visitor: Visitor) => addressesIn(map, visitor)

describe('weight', () => {
  test.each(['stranger', 'cem', 'ann'] as const)(
    'as %s: at most 14 KB in two requests, in both languages',
    async visitor => {
      const browser = browserOf(visitor)
      for (const language of ['en', 'de']) {
        await browser.visit(`/help?language=${language}`)
        for (const address of addressesFor(visitor)) {
          const page = await browser.visit(address)
          const { requests, bytes } = await weightOf(page)
          figure('a customer’s page with its style sheet, compressed', bytes / 1024, `${address} (${language})`)
          figure('requests of a customer’s page', requests, address)
        }
      }
    },
  )

  test('a ticket with five short messages is no heavier', async () => {
    const { browser } = await newcomer()
    let page = await (await browser.visit('/tickets/new'))
      .form('Send request')
      .fill({ subject: 'Five', message: 'A short message.' })
      .submit()
    for (let i = 2; i <= 5; i++)
      page = await page
        .form('Send comment')
        .fill({ message: `Message ${i}, as short as people write them.` })
        .submit()
    const { requests, bytes } = await weightOf(await browser.visit(page.url.pathname))
    figure('requests of a customer’s page', requests, page.path)
    figure('a ticket with five short messages', bytes / 1024, page.path)
  })
})

describe.skipIf(!hasChromium)(
  'in a browser: no axe violation at WCAG 2.2 AA, nothing wider than the window',
  async () => {
    const chromium = hasChromium ? await launchChromium() : null
    afterAll(() => chromium?.close())

    const looks = [
      { language: 'en', colorScheme: 'light', width: 320 },
      { language: 'de', colorScheme: 'dark', width: 1280 },
      { language: 'de', colorScheme: 'light', width: 390 },
      { language: 'en', colorScheme: 'dark', width: 390 },
    ] as const
    const customers = looks.flatMap(look =>
      (['stranger', 'cem', 'ann'] as const).map(visitor => ({ visitor, ...look })),
    )
    const team = looks.slice(0, 2).map(look => ({ visitor: 'ada' as const, ...look }))

    test.each([...customers, ...team])(
      'as $visitor: $language, $colorScheme, $width px',
      { timeout: 300_000 },
      async ({ visitor, language, ...look }) => {
        if (!chromium) return
        const browser = browserOf(visitor)
        await browser.visit(`/help?language=${language}`)
        const window = await lookAs(chromium, browser, look)
        for (const address of addressesFor(visitor)) {
          const { violations, overflow } = await window.look(address)
          figure('axe violations at WCAG 2.2 AA, light and dark', violations, `${address} as ${visitor}`)
          if (look.width === 320) figure('wider than a window of 320 px by', overflow, `${address} as ${visitor}`)
          else expect(overflow, `${address} at ${look.width} px`).toBe(0)
        }
        await window.close()
      },
    )

    test('the check finds what is wrong', async () => {
      if (!chromium) return
      const window = await lookAs(chromium, stranger(), { colorScheme: 'light', width: 320 })
      await window.page.setContent(
        '<img src="x.png"><p style="width:500px;color:#eee;background:#fff">pale and wide</p>',
      )
      const faults = (await window.faultsHere()).join('\n')
      await window.close()
      expect(faults).toMatch(/image-alt[\s\S]*wider than the window/)
      expect(faults).toContain('color-contrast')
    })

    test.each(['light', 'dark'] as const)(
      'a form that comes back with mistakes, in %s colours',
      { timeout: 300_000 },
      async colorScheme => {
        if (!chromium) return
        const ticket = map['/tickets/:number']?.address ?? ''
        const forms = [
          [stranger(), '/tickets/new', /^Send request$/],
          [stranger(), '/register', /./],
          [stranger(), '/login', /^Log in$/],
          [stranger(), map['/password/set/:token']?.address ?? '', /^Save password$/],
          [as('bo'), '/account', /./],
          [as('ann'), ticket, /^(Send comment|Kommentar senden)$/],
        ] as const
        for (const [browser, path, button] of forms) {
          const window = await lookAs(chromium, browser, { colorScheme, width: 390 })
          const { page } = window
          await page.goto(`${browser.origin}${path}`)
          for (const field of await page.locator('main form [name=name]').all()) await field.fill('')
          await page.getByRole('main').getByRole('button', { name: button }).first().click()
          expect(await page.title(), path).toMatch(/^(Error|Fehler):/)
          expect(await window.faultsHere()).toEqual([])
          await window.close()
        }
      },
    )
  },
)
