// Which worker processes live. graphile-worker leaves a killed worker's jobs locked for four hours; here each worker
// holds an advisory lock under its name as long as its process lives, and whoever sees a job of a nameless worker gives
// the job back (take-over.job.ts).
import { createHash } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import pg from 'pg'

/** First half of the lock's key: says that the second is a worker. */
export const WORKERS = 0x706c6169

/** Second half: 32 bits of the name's hash. */
export const presenceKey = (worker: string): number => createHash('sha256').update(worker).digest().readInt32BE()

/** How many workers live, by the locks that they hold. */
export async function countWorkers(em: EntityManager): Promise<number> {
  const [found] = await em.execute<[{ count: number }]>(
    `select count(distinct pid)::int as count from pg_locks
     where locktype = 'advisory' and granted and classid = ? and database = (select oid from pg_database where datname = current_database())`,
    [WORKERS],
  )
  return found.count
}

export interface Presence {
  announce(worker: string): void
  /** It works no more: what it left is anybody's. */
  withdraw(worker: string): void
  close(): Promise<void>
}

/** Opens the connection that holds the locks, and opens it again whenever the database was away. */
export async function openPresence(url: string): Promise<Presence> {
  const workers = new Set<string>()
  let closing = false
  let client = await connect()

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({ connectionString: url, application_name: 'plaindesk worker', keepAlive: true })
    next.on('error', () => {}) // 'end' follows
    await next.connect()
    next.once('end', () => closing || void comeBack())
    return next
  }

  async function comeBack(): Promise<void> {
    try {
      client = await connect()
      for (const worker of workers) hold(worker)
    } catch {
      setTimeout(() => closing || void comeBack(), 500).unref()
    }
  }

  function hold(worker: string): void {
    client.query('select pg_advisory_lock_shared($1, $2)', [WORKERS, presenceKey(worker)]).catch(() => {}) // 'end' follows
  }

  return {
    announce(worker) {
      workers.add(worker)
      hold(worker)
    },
    withdraw(worker) {
      workers.delete(worker)
      client.query('select pg_advisory_unlock_shared($1, $2)', [WORKERS, presenceKey(worker)]).catch(() => {})
    },
    async close() {
      closing = true
      await client.end()
    },
  }
}
