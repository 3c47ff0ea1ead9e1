// A database per test file, cloned from one that is migrated and filled once a run.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface TestDatabase {
  name: string
  url: string
  sql<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** Lets go of it, so that it can be cloned. */
  disconnect(): Promise<void>
  drop(): Promise<void>
}

export function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

export async function cloneDatabase(server: string, template: string | null): Promise<TestDatabase> {
  const name = `plaindesk_test_${randomBytes(8).toString('hex')}`
  await command(server, `create database ${name}${template ? ` template ${template}` : ''}`)
  const url = databaseUrl(server, name)
  let pool: pg.Pool | null = null
  const disconnect = async () => {
    await pool?.end()
    pool = null
  }
  return {
    name,
    url,
    disconnect,
    async sql(text, values) {
      pool ??= openPool(url)
      return (await pool.query(text, values)).rows
    },
    async drop() {
      await disconnect()
      await left(server, name)
      await command(server, `drop database if exists ${name} with (force)`)
    },
  }
}

/**
 * A pool that has ended has only said goodbye: the server hears it a moment later, and if it cuts a connection off before,
 * nobody listens any more to the error that this is.
 */
async function left(server: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    const deadline = Date.now() + 3_000
    const stays = async () => (await client.query('select from pg_stat_activity where datname = $1', [name])).rowCount
    while (Date.now() < deadline && (await stays())) await sleep(20)
  } finally {
    await client.end()
  }
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 2 })
  pool.on('error', () => undefined) // the database may be dropped, or the server killed, under an idle connection
  return pool
}

/** One statement that no transaction may hold, such as `create database`. */
export async function command(server: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
