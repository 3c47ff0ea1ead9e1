// Quality, "Weight and reach": how heavy customer pages are, and whether everybody can use every page.
import { afterAll, describe, expect, test } from 'vitest'
import { hasChromium, launchChromium } from '../kit/chromium.ts'
import { compressed, lookAs, weightOf } from '../kit/good-page.ts'
import { open } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { siteMap, type Visitor, visitors } from './site-map.ts'

const opened = await world()
const { as, stranger, newcomer } = opened
// As people write: a list of tickets has to break such words where its columns leave no room.
await open(as('bo'), 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz: Donaudampfschifffahrtskapitän')
const map = await siteMap(opened)

const MAX_BYTES = 14 * 1024
const browserOf = (visitor: Visitor) => (visitor === 'stranger' ? stranger() : as(visitor))
const pages = Object.values(map).filter(({ isOther }) => !isOther)

/** The addresses that are worth a look as somebody: what is there, and not the same as for a stranger. */
function addressesFor(visitor: Visitor): string[] {
  const answerOf = (answers: readonly string[]) => answers[visitors.indexOf(visitor)] ?? ''
  const isShown = (answers: readonly string[]) =>
    answerOf(answers) === '200' && (visitor === 'stranger' || answers[0] !== '200')
  const own = pages.filter(({ answers }) => isShown(answers)).map(({ address }) => address)
  return (
    { stranger: [...own, '/nothing/here'], cem: [...own, '/no-access'], ann: [...own, '/tickets/new'] }[
      visitor as string
    ] ?? own
  )
}

describe('weight', () => {
  test.each(['stranger', 'cem', 'ann'] as const)(
    'as %s: at most 14 KB in two requests, in both languages',
    async visitor => {
      const browser = browserOf(visitor)
      const heavy: string[] = []
      for (const language of ['en', 'de']) {
        await browser.visit(`/help?language=${language}`)
        for (const address of addressesFor(visitor)) {
          const page = await browser.visit(address)
          const { requests, bytes } = await weightOf(page)
          if (requests.length > 2 || bytes > MAX_BYTES)
            heavy.push(
              `${address} (${language}): ${bytes} bytes, ${requests}, ${JSON.stringify(compressed(page.html))}`,
            )
        }
      }
      expect(heavy).toEqual([])
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
    expect(requests.length).toBeLessThanOrEqual(2)
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES)
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
        const faults: string[] = []
        for (const address of addressesFor(visitor)) faults.push(...(await window.faults(address)))
        await window.close()
        expect(faults).toEqual([])
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
