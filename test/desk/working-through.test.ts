// §4.5: an agent works through a list, whichever it is: each answer leads to the next ticket of that list.
import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, clock } = await world()
const bo = as('bo')
const dana = as('dana')
const dirk = as('dirk')

async function openSome(subjects: readonly string[], changes: object): Promise<number[]> {
  const numbers: number[] = []
  for (const subject of subjects) {
    clock.forward({ seconds: 5 })
    const number = await open(bo, subject)
    await update(dana, number, changes)
    numbers.push(number)
  }
  return numbers
}

const numberOn = (page: Page) => Number(/^\/agent\/tickets\/(\d+)/.exec(page.path)?.[1])
const sendAndNext = (page: Page, message = 'Done with it.') =>
  page.form('Send and open the next').fill({ message, status: 'OPEN' }).submit()

test('§4.5: from a tab through all of it and back to it, though each answer moves its ticket down', async () => {
  const { data } = await dirk.graphql('{ viewer { id } }')
  const numbers = await openSome(['Mine 1', 'Mine 2', 'Mine 3'], { assignee: data.viewer.id })
  const tab = await dirk.visit('/agent?tab=mine')
  let page = await tab.follow('Mine 1')
  expect(numberOn(page)).toBe(numbers[0])
  await expectGoodPage(page)
  page = await sendAndNext(page)
  expect(numberOn(page)).toBe(numbers[1])
  expect(page.main).toContain('Your answer has been sent.')
  page = await sendAndNext(page)
  expect(numberOn(page)).toBe(numbers[2])
  const back = await page.follow('← Queue')
  expect(back.path).toBe('/agent?tab=mine')
})

test('§4.5: from a saved view, whatever its order; other forms of the page lose neither list nor place', async () => {
  const numbers = await openSome(['Tagged 1', 'Tagged 2', 'Tagged 3'], { tags: ['trail'] })
  const filter = await dana.visit('/agent?filter=1&tag=trail&order=UPDATED_AT_DESC')
  const view = await filter.form('Save view').fill({ name: 'Trail' }).submit()
  let page = await view.follow('Tagged 3')
  page = await page.form('Add note').fill({ message: 'Looked into it.' }).submit()
  page = await page.form('Assign to me').submit()
  page = await page.form('Change status').fill({ status: 'OPEN' }).submit()
  page = await page
    .form(/^Save draft\s*: Answer$/)
    .fill({ message: 'Soon.' })
    .submit()
  const wrong = await page.form('Send answer').fill({ message: '' }).submit()
  expect(wrong.status).toBe(422)
  page = await sendAndNext(wrong)
  expect(numberOn(page)).toBe(numbers[1])
  page = await page.follow('Next of the list →')
  expect(numberOn(page)).toBe(numbers[0])
  const end = await sendAndNext(page)
  expect(end.path).toMatch(/^\/agent\?filter=1/)
  expect(end.heading).toBe('Trail')
})

test('§4.5: from further pages of a list, and past tickets that left it meanwhile', async () => {
  const subjects = Array.from({ length: 27 }, (_, at) => `Many ${at}`)
  const numbers = await openSome(subjects, { tags: ['many'] })
  const list = await dana.visit('/agent?filter=1&tag=many')
  let page = await list.follow('Many 24')
  page = await sendAndNext(page)
  expect(numberOn(page)).toBe(numbers[25])
  await update(dirk, Number(numbers[26]), { tags: [] })
  const further = await (await list.follow(/Next page/)).follow('Many 25')
  expect(numberOn(further)).toBe(numbers[25])
  expect((await further.follow('← Queue')).texts('main tbody .number').map(Number)).not.toContain(numbers[0])
  expect(numberOn(await sendAndNext(further))).not.toBe(numbers[26])
})

test('§9: a list or place that is none leads to the queue’s own next ticket or to the list', async () => {
  const number = await open(bo, 'Nowhere')
  for (const trail of [
    'list=tab%3Dmine&place=nonsense',
    'list=%2F%2Fevil.example&place=x',
    'list=%22%3E%3Cscript%3E',
  ]) {
    const page = await dana.visit(`/agent/tickets/${number}?${trail}`)
    await expectGoodPage(page)
    expect((await page.follow('Next of the list →')).path).toMatch(/^\/agent(\?|\/tickets\/\d+)/)
  }
  const plain = await dana.visit(`/agent/tickets/${number}`)
  expect((await plain.follow('Next ticket →')).path).toMatch(/^\/agent\/tickets\/\d+$/)
})
