import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { connect as connectAlone } from '../database/connect.ts'

/** One connection of our own: a statement may take as long as it takes, and moments are written in UTC. */
export const connect = (stack: AsyncDisposableStack, url: string, command: string): Promise<pg.Client> =>
  connectAlone(stack, url, command, '-c timezone=UTC -c statement_timeout=0')

const MOST_WRITERS = 4

/** The database works out the words of the search, which takes longest, on a core for each connection. */
export const writers = (): number => Math.min(MOST_WRITERS, availableParallelism())

/** One transaction around `work`. */
export async function inTransaction<T>(client: pg.Client, work: () => Promise<T>, mode = ''): Promise<T> {
  await client.query(`begin ${mode}`)
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {}) // where the connection broke there is nothing to undo
    throw error
  }
}

const IMPORTING = 4 // an advisory lock, until the connection ends

/** So long the server may work on for an import that was killed. */
const PATIENCE_MS = 15_000

/** Says whether nobody else is bringing something in. */
export async function importAlone(client: pg.Client): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [IMPORTING])
    if (rows[0]?.alone || Date.now() > deadline) return rows[0]?.alone === true
    await sleep(200)
  }
}
