// The commands as an operator runs them: processes of their own, on a database and a folder of their own.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../kit/database.ts'
import { newFolder } from '../kit/folder.ts'
import { plaindesk } from '../kit/program.ts'
import { settings } from '../kit/settings.ts'
import { end, type Outcome } from '../operation/command.ts'

export interface Portal {
  databaseUrl: string
  sql: TestDatabase['sql']
  dataDir: string
  begin(args: readonly string[]): ChildProcess
  run(args: readonly string[], env?: Record<string, string>): Promise<Outcome>
}

/** A migrated database in which nobody is. */
export async function emptyPortal(): Promise<Portal> {
  const { server, empty } = inject('ground')
  const database = await cloneDatabase(server, empty)
  afterAll(() => database.drop())
  return portalOn('http://127.0.0.1:1', database.url, newFolder('transfer'), database.sql)
}

export function portalOn(url: string, databaseUrl: string, dataDir: string, sql: TestDatabase['sql']): Portal {
  const begin = (args: readonly string[], env: Record<string, string> = {}) =>
    plaindesk(args, {
      env: { ...settings(url, databaseUrl, dataDir), PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  return {
    databaseUrl,
    sql,
    dataDir,
    begin,
    run: (args, env) => end(begin(args, env)),
  }
}

/**
 * Runs a command until it waits for what a transaction of ours `holds`, by when there is something in `table`, and kills it there.
 */
export async function killAt(portal: Portal, args: readonly string[], holds: string, table: string): Promise<void> {
  const client = new pg.Client({ connectionString: portal.databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    await client.query(holds)
    const child = portal.begin(args)
    const ended = once(child, 'exit')
    const isThere = async () => {
      const waiting = `exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`
      const [row] = await portal.sql(`select ${waiting} and exists (select from ${table}) as is_there`)
      return row?.is_there === true
    }
    while (child.exitCode === null && !(await isThere())) await sleep(20)
    child.kill('SIGKILL')
    await ended
  } finally {
    await client.end()
  }
}

/** Holds an address, as whoever just proves it does. */
export const heldAddress = (address: string): string =>
  `select pg_advisory_xact_lock(hashtextextended('${address}', 0))`
