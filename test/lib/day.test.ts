import { expect, test } from 'vitest'
import { startOfDay } from '../../src/lib/day.ts'

test.each([
  ['2026-11-22', 'UTC', 0, '2026-11-22T00:00:00.000Z'],
  ['2026-11-22', 'Europe/Berlin', 0, '2026-11-21T23:00:00.000Z'],
  ['2026-06-30', 'Europe/Berlin', 1, '2026-06-30T22:00:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', 0, '2026-03-28T23:00:00.000Z'], // clocks go forward in the night
  ['2026-03-29', 'Europe/Berlin', 1, '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', 'Europe/Berlin', 1, '2026-10-25T23:00:00.000Z'],
  ['2026-01-01', 'Asia/Kathmandu', 0, '2025-12-31T18:15:00.000Z'],
  ['2026-12-31', 'America/St_Johns', 1, '2027-01-01T03:30:00.000Z'],
])('the day %s in %s, %i later, begins at %4$s', (day, zone, later, moment) => {
  expect(startOfDay(day, zone, later).toISOString()).toBe(moment)
})
