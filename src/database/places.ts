import { createHash } from 'node:crypto'
import type { Notices } from './notices.ts'

/** First half of each lock's key: says that the second is a place. */
const PLACES = 0x706c6170

export type Leave = () => void

/**
 * So many places has everybody, in all processes together; a place is an advisory lock of the connection that listens, so
 * that none outlives its process. Answers null where all are taken.
 */
export function places(notices: Notices, count: number): (who: string) => Promise<Leave | null> {
  // A second lock of the same connection would be granted, so it is known here which ones it has.
  const taken = new Set<number>()

  async function take(place: number): Promise<boolean> {
    taken.add(place)
    let isOurs = false
    try {
      const sql = 'select pg_try_advisory_lock($1, $2) as locked'
      isOurs = (await notices.ask<{ locked: boolean }>(sql, [PLACES, place]))[0]?.locked ?? false
      return isOurs
    } finally {
      if (!isOurs) taken.delete(place)
    }
  }

  function leave(place: number): void {
    if (!taken.delete(place)) return
    notices.ask('select pg_advisory_unlock($1, $2)', [PLACES, place]).catch(() => {}) // gone with the connection
  }

  return async who => {
    const first = createHash('sha256').update(who).digest().readInt32BE() & ~0xff
    for (let place = first; place < first + count; place++) {
      if (!taken.has(place) && (await take(place))) return () => leave(place)
    }
    return null
  }
}
