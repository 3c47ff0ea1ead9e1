const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Waits after the first, second … failure of an event; together a day, so that a night's outage loses nothing. */
const waits = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  6 * HOUR,
  7.3 * HOUR,
]

/** So many days without anything that arrived, and a webhook is switched off. */
export const DEAD_DAYS = 3

/**
 * When an event is tried again that failed `tries` times before and just now once more; null = it is given up. Up to a
 * tenth later than the plan says: what failed together must not come back together.
 */
export function triesAgainAt(tries: number, now: Date, random = Math.random()): Date | null {
  const wait = waits[tries]
  return wait === undefined ? null : new Date(now.getTime() + wait * (1 + random / 10))
}
