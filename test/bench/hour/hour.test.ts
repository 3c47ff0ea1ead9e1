// The short form of `npm run bench:hour`: that everything in it works. What grows shows only after a time.
import { expect, test } from 'vitest'
import { deeds } from './deeds.ts'
import { spendTime } from './hour.ts'
import type { Note } from './notes.ts'
import { trendsOf } from './trend.ts'

const HOUR = 60

test('issue 6 Speed: everything that happens in an hour of load is answered as it should be, and what each process holds is noted', {
  timeout: 300_000,
}, async () => {
  const { notes, done, failures } = await spendTime({
    tickets: 400,
    keep: false,
    rate: 10,
    minutes: 0.2,
    every: 0.1,
    seed: 6,
  })
  expect(failures).toEqual([])
  expect([...done.keys()].sort()).toEqual(Object.keys(deeds).sort())
  expect(notes).toHaveLength(3)
  for (const { figures } of notes) {
    const known = [...figures.keys()]
    for (const name of ['web 1: RSS, MB', 'web 1: heap, MB', 'worker: open files', 'worker: late p99, ms', 'p99, ms'])
      expect(known).toContain(name)
    for (const [name, figure] of figures) expect(figure, name).toBeGreaterThanOrEqual(0)
    for (const name of known.filter(each => /RSS|heap|connections|open files/.test(each)))
      expect(figures.get(name), name).toBeGreaterThan(0)
  }
})

test('issue 6 Speed: memory that grows a little with each request is told from memory that goes up and down', () => {
  const at = (minute: number, heap: number): Note => ({ at: minute, figures: new Map([['web 1: heap, MB', heap]]) })
  const minutes = Array.from({ length: HOUR + 1 }, (_, minute) => minute)
  const waves = minutes.map(minute => at(minute, 100 + 3 * Math.sin(minute)))
  const leak = minutes.map(minute => at(minute, 100 + 3 * Math.sin(minute) + (12 * minute) / HOUR))
  const filling = minutes.map(minute => at(minute, 100 + 30 * Math.min(1, minute / 10)))
  expect(trendsOf(waves, 10)).toMatchObject([{ isHeld: true, most: 8 }])
  expect(trendsOf(filling, 10)).toMatchObject([{ isHeld: true }])
  expect(trendsOf(leak, 10)).toMatchObject([{ isHeld: false, slope: expect.closeTo(12.7, 1) }])
})
