// The commands as an operator runs them: processes of their own, on a database and a folder of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { createLog } from '../../src/log.ts'
import { cloneDatabase, type TestDatabase } from '../kit/database.ts'
import { settings } from '../kit/settings.ts'

const root = join(import.meta.dirname, '../..')

export interface Ran {
  code: number | null
  out: string
  err: string
}

export interface Portal {
  databaseUrl: string
  sql: TestDatabase['sql']
  dataDir: string
  begin(args: readonly string[]): ChildProcess
  run(args: readonly string[], env?: Record<string, string>): Promise<Ran>
}

/** A migrated database in which nobody is. */
export async function emptyPortal(): Promise<Portal> {
  const [database, dataDir] = await Promise.all([cloneDatabase(inject('ground').server, null), folder()])
  await migrate(database.url, createLog({ logLevel: 'silent' }))
  afterAll(() => database.drop())
  return portalOn('http://127.0.0.1:1', database.url, dataDir, database.sql)
}

export function portalOn(url: string, databaseUrl: string, dataDir: string, sql: TestDatabase['sql']): Portal {
  const begin = (args: readonly string[], env: Record<string, string> = {}) =>
    spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...args], {
      cwd: root,
      env: { ...settings(url, databaseUrl, dataDir), PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  return {
    databaseUrl,
    sql,
    dataDir,
    begin,
    async run(args, env) {
      const child = begin(args, env)
      const ended = once(child, 'close')
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
      const [code] = await ended
      return { code, out, err }
    },
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

/** Gone after the file's last test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'plaindesk-transfer-'))
  afterAll(() => rm(path, { recursive: true, force: true }))
  return path
}
