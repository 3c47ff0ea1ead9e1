import { expect, test } from 'vitest'
import { lanes } from '../../src/lib/lanes.ts'

test('a crowd is worked off a few at a time, in order; who finds the line full is told so', async () => {
  const inLane = lanes(2, 3, () => new Error('full'))
  const order: number[] = []
  let running = 0
  let most = 0
  const work = (number: number) => async () => {
    most = Math.max(most, ++running)
    await new Promise(resolve => setTimeout(resolve, 5))
    running -= 1
    order.push(number)
    if (number === 2) throw new Error('two failed')
  }
  const done = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map(number => inLane(work(number))))
  expect(done.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true, false, false])
  expect(order).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)
  await expect(inLane(async () => 'again')).resolves.toBe('again')
})
