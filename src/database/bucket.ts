// Buckets that run full again at a steady pace, shared by all processes. A row keeps one figure, the moment at which the
// bucket is full again (GCRA, as ATM networks count cells), so it can go as soon as that is over.
import type { EntityManager } from '@mikro-orm/postgresql'
import { prepared } from './prepared.ts'

/** An empty bucket is full again after so long, whatever it holds. */
export const REFILL_MS = 60_000

export interface Draw {
  key: string
  /** How long it takes to run in again what is taken now; at most `REFILL_MS`. */
  ms: number
  /** Likewise for what was taken before and not needed: it is put back first, also where what is asked now does not fit. */
  back?: number
}

export interface Drawn {
  /** Whether there was enough; else nothing was taken. */
  fits: boolean
  /** How long it takes now until it is full again. */
  ms: number
}

interface Row {
  key: string
  fits: boolean
  expire: string
}

// A row that is further ahead than any bucket is deep was written by a clock that went wrong.
const filled = `least(greatest(r.expire, ?::bigint), ?::bigint + ${REFILL_MS})`
// `points` bring what comes back: 1 and so many milliseconds; they leave as whether it fits.
const before = `greatest(${filled} - (excluded.points - 1), ?::bigint)`
const fits = `${before} + excluded.expire <= 2 * ?::bigint + ${REFILL_MS}`

// Whether a crash forgets some of what was drawn is all the same, so nobody waits for the disk.
const drawBoth = prepared<Row>(
  'draw',
  `with calm as (select set_config('synchronous_commit', 'off', true))
   insert into rate_limit as r (key, points, expire)
   select b.key, 1 + b.back, ?::bigint + b.ms
   from calm, (values (left(?::text, 500), ?::bigint, ?::int), (left(?::text, 500), ?::bigint, ?::int)) b (key, ms, back)
   on conflict (key) do update set
     points = case when ${fits} then 1 else 0 end,
     expire = ${before} + case when ${fits} then excluded.expire - ?::bigint else 0 end
   returning key, points > 0 as fits, expire`,
)

/**
 * Draws from two buckets by one statement, each by itself: what the second lacks is not given back to the first. To be
 * named in the same order by all, so that two who draw at once do not wait for each other.
 */
export async function draw(em: EntityManager, first: Draw, second: Draw, now = Date.now()): Promise<[Drawn, Drawn]> {
  const drawn = [first, second].flatMap(({ key, ms, back = 0 }) => [key, ms, back])
  const values = [now, ...drawn, ...Array.from({ length: 12 }, () => now)]
  const rows = await drawBoth(em, values)
  const of = ({ key }: Draw): Drawn => {
    const row = rows.find(each => each.key === key)
    return { fits: row?.fits ?? true, ms: Math.max(0, Number(row?.expire ?? now) - now) }
  }
  return [of(first), of(second)]
}
