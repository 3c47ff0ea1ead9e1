import type { EntityManager } from '@mikro-orm/postgresql'
import { RateLimiterPostgres } from 'rate-limiter-flexible'

export interface Limit {
  /** Begins the keys of this limit. */
  name: string
  /** How many … */
  points: number
  /** … within how many seconds, counted from the first. */
  seconds: number
}

/**
 * A limit that all processes share, in the table `rate_limit`. It counts on the entity manager's own connection: inside a
 * transaction what it counted is undone together with the rest.
 */
export const rateLimit = (em: EntityManager, { name, points, seconds }: Limit): RateLimiterPostgres =>
  new RateLimiterPostgres({
    storeClient: { query: (query: Query) => execute(em, query) },
    storeType: 'client',
    tableName: 'rate_limit',
    tableCreated: true, // by the migration
    clearExpiredByTimeout: false, // by a job
    keyPrefix: name,
    points,
    duration: seconds,
  })

interface Query {
  text: string
  values: unknown[]
}

/** The limiter writes `$1`; the entity manager, which knows the transaction, wants `?` in order. */
async function execute(em: EntityManager, { text, values }: Query) {
  const order = [...text.matchAll(/\$(\d+)/g)].map(match => values[Number(match[1]) - 1])
  const rows = await em.execute<unknown[]>(text.replaceAll(/\$\d+/g, '?'), order)
  return { rows, rowCount: rows.length }
}
