import { MikroORM } from '@mikro-orm/postgresql'
import type pg from 'pg'
import options from '../../mikro-orm.config.ts'
import type { Log } from '../log.ts'

export interface ConnectionNeeds {
  /** What the database's own views call us. */
  name: string
  connections?: number | undefined
  /** Longest time of one statement; 0 = as long as it takes. */
  statementSeconds?: number
  /** Longest time that a statement waits for a lock; 0 = as long as it takes. */
  lockSeconds?: number
  /** So long we wait for an answer ourselves, from a server that may have fallen silent; 0 = as long as it takes. */
  querySeconds?: number
}

/** Opens MikroORM on a database; connections are made when they are needed, and again after the database was away. */
export async function openOrm(url: string, log: Log, needs: ConnectionNeeds): Promise<MikroORM> {
  return MikroORM.init({
    ...options,
    ...connectionTo(url, needs),
    pool: { min: 0, max: needs.connections ?? 16 },
    logger: message => log.debug({ orm: message }, 'orm'),
    colors: false,
  })
}

/** How a pool connects to a server. */
export const connectionTo = (
  url: string,
  { name, statementSeconds = 30, lockSeconds = 0, querySeconds = 0 }: ConnectionNeeds,
) => ({
  clientUrl: url,
  driverOptions: {
    connectionString: url, // clientUrl is only understood in part: sslmode and socket folders are in here
    application_name: name,
    connectionTimeoutMillis: 5000, // a database that does not answer is a 503 soon, not a page that hangs
    statement_timeout: statementSeconds * 1000,
    lock_timeout: lockSeconds * 1000,
    query_timeout: querySeconds * 1000,
    options: '-c plan_cache_mode=force_generic_plan', // what is prepared is prepared so as not to be planned again
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    onPoolCreated: letGoOfBroken,
  },
})

/** Long after whoever used a connection that broke has heard of it. */
const GRACE_MS = 1000

/**
 * A connection that breaks inside a transaction is never given back: the query builder sends `rollback` first, and that
 * fails. Each outage would cost the pool the connections that were busy, until none is left.
 */
function letGoOfBroken(pool: pg.Pool): void {
  pool.on('connect', client => {
    client.once('end', () => setTimeout(() => giveBack(client), GRACE_MS).unref())
  })
}

function giveBack(client: pg.PoolClient): void {
  try {
    client.release(true)
  } catch {
    // It had been given back; the pool has thrown it away by itself.
  }
}
