import type { EntityManager } from '@mikro-orm/postgresql'
import { ReplicaConnection } from './replica-connection.ts'

/**
 * A statement that every request asks, so it goes past the entity manager and is parsed and planned once per connection
 * (half the time of asking it anew). Values stand for `?`, in order. Runs outside transactions.
 */
export function prepared<Row extends object>(name: string, sql: string) {
  let count = 0
  const text = sql.replaceAll('?', () => `$${++count}`)
  return async (em: Pick<EntityManager, 'getConnection'>, values: unknown[]): Promise<Row[]> => {
    const connection = em.getConnection()
    if (connection instanceof ReplicaConnection) return connection.ask<Row>({ name, text, values })
    const pool = await connection.getNativeClient()
    return (await pool.query<Row>({ name, text, values })).rows
  }
}
