import pg from 'pg'
import type { Log } from '../log.ts'

/**
 * The connections of a queue. Given an address, graphile-worker would open its own, and hear no more of their errors a
 * moment before it closes them: one that breaks in between ends the process.
 */
export function openConnections(url: string, max: number, log: Log): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, application_name: 'plaindesk worker', keepAlive: true })
  const broken = (error: Error) => log.warn({ error: error.message }, 'a connection of the queue broke')
  pool.on('error', broken)
  pool.on('connect', client => client.on('error', broken))
  return pool
}
