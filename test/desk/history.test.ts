// All that happened to a ticket can be read, in words, however much it is.
import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, anew, clock } = await world()
const bo = as('bo')
const dana = as('dana')

test('§4 “Ticket page” H6: what is older than the newest entries is a link away, down to the first', async () => {
  const number = await open(bo, 'Eventful')
  for (let at = 0; at < 65; at++) {
    clock.forward({ seconds: 1 })
    await update(at % 2 ? dana : as('dirk'), number, { tags: [`tag${at}`] })
  }
  await update(dana, number, { status: 'OPEN', priority: 'HIGH' })
  const page = await dana.visit(`/agent/tickets/${number}`)
  const shown = page.textOf('section:has(#history)')
  expect(shown).toContain('Status: New → In progress')
  expect(shown).not.toContain('Opened')
  const history = await page.follow('The whole history')
  expect(history.path).toBe(`/agent/tickets/${number}/history`)
  expect(history.texts('main ol li')).toHaveLength(60)
  expect(history.texts('main ol li').join()).toContain('Tags: tag63 → tag64')
  expect(history.texts('main ol li')[0]).toMatch(/^(Status|Priority): .* · Dana Dietz$/)
  await expectGoodPage(history)
  const older = await history.follow(/Older entries/)
  expect(older.texts('main ol li').at(-1)).toMatch(/^Opened.* · Bo Berg$/)
  expect(history.texts('main ol li').length + older.texts('main ol li').length).toBe(68)
  expect(older.hasLink(/Older entries/)).toBe(false)
  expect((await older.follow(/Newest entries/)).path).toBe(history.path)
  expect((await dana.visit(`/agent/tickets/${number}/history?before=x`)).path).toBe(history.path)
})

test('H11: its words are in the reader’s language, topics too', async () => {
  const number = await open(bo, 'In zwei Sprachen')
  const { data } = await dana.graphql('{ categories { id nameEn nameDe } }')
  const [{ id, nameEn, nameDe }] = data.categories
  await update(dana, number, { category: id, status: 'WAITING' })
  const german = anew('dana')
  const page = await german.visit(`/agent/tickets/${number}/history?language=de`)
  expect(page.texts('main ol li').join()).toContain(`Thema: – → ${nameDe}`)
  expect(page.texts('main ol li').join()).toContain('Status: Neu → Wartet auf Kunden')
  const english = await dana.visit(`/agent/tickets/${number}/history`)
  expect(english.texts('main ol li').join()).toContain(`Topic: – → ${nameEn}`)
})

test('§8: other tickets in it are links; customers have no such page', async () => {
  const [number, into] = [await open(bo, 'One of two'), await open(bo, 'The other')]
  await (await dana.visit(`/agent/tickets/${number}`))
    .form('Put together')
    .fill({ into: String(into) })
    .submit()
  const history = await dana.visit(`/agent/tickets/${into}/history`)
  expect(history.texts('main ol li').join()).toContain(`Put together: #${number} → #${into}`)
  expect((await history.follow(`#${number}`)).path).toBe(`/agent/tickets/${number}`)
  expect((await bo.visit(`/agent/tickets/${into}/history`)).status).toBe(404)
  expect((await as('sam').visit(`/agent/tickets/${into}/history`)).status).toBe(200)
})
