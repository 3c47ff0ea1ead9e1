// Brings a database to the schema that this version of Plaindesk works on: the entities' tables and the job queue's.
import { setTimeout as sleep } from 'node:timers/promises'
import type { MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import { facts } from '../lib/facts.ts'
import { Trouble } from '../lib/trouble.ts'
import type { Log } from '../log.ts'
import { openOrm } from './orm.ts'
import { type Ask, schemaState } from './schema-state.ts'
import { refuseUnfinished } from './unfinished-restore.ts'

const MIGRATING = 3 // an advisory lock: two processes that migrate at once do it one after the other

/** Runs what was not run yet and answers the names; none = it was current. */
export async function migrate(url: string, log: Log): Promise<string[]> {
  const turn = new pg.Client({ connectionString: url })
  await turn.connect()
  try {
    await takeTurn(turn)
    await refuseUnfinished(asking(turn))
    return await migrateInTurn(url, log)
  } finally {
    await turn.end()
  }
}

/**
 * Waits until nobody else migrates; the turn lasts as long as the connection. It asks again and again: an index that is made
 * concurrently waits for every statement under way, and would wait for one that waits for it.
 */
export async function takeTurn(client: pg.Client): Promise<void> {
  while (!(await isMyTurn(client))) await sleep(TURN_MS)
}

async function isMyTurn(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [MIGRATING])
  return rows[0]?.taken ?? false
}

/** The same for whoever has the turn; `only` = of what was not run yet just these. */
export async function migrateInTurn(url: string, log: Log, only?: readonly string[]): Promise<string[]> {
  const needs = { name: 'plaindesk migrate', connections: 2, statementSeconds: 0, lockSeconds: LOCK_SECONDS }
  const orm = await openOrm(url, log, needs)
  try {
    return await run(orm, url, only)
  } finally {
    await orm.close()
  }
}

async function run(orm: MikroORM, url: string, only?: readonly string[]): Promise<string[]> {
  const { pending } = await schemaState(askingOrm(orm))
  const wanted = pending.filter(name => only?.includes(name) ?? true)
  if (wanted.length === 0) return []
  // Both are only loaded when there is something to do: most starts find a current schema.
  const { Migrator } = await import('@mikro-orm/migrations')
  const { runMigrations } = await import('graphile-worker')
  await runMigrations({ connectionString: url })
  Migrator.register(orm)
  for (const name of wanted) await patiently(() => orm.migrator.up({ migrations: [name] }))
  return wanted
}

/**
 * Who waits for a table in order to change it makes everybody wait who comes after. So a migration gives way soon, lets
 * them pass, and tries again; each is a transaction of its own, and holds on to nothing for the next one.
 */
async function patiently<T>(migrateOne: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await migrateOne()
    } catch (error) {
      if (facts(error, 'code').code !== LOCKED) throw error
      if (left === 1) throw new Trouble(IN_THE_WAY)
      await sleep(PAUSE_MS)
    }
  }
}

const TURN_MS = 200
const LOCK_SECONDS = 3
const PAUSE_MS = 2000
const TRIES = 60
const LOCKED = '55P03'
const IN_THE_WAY =
  'Something in the database has held on to a table for minutes: look at pg_stat_activity for a long transaction, end it, and run this again.'

/**
 * Refuses, in one sentence that says what to do, a schema that is older than this version, or of no version near it. While
 * the next one is put in place, processes of this one may have to begin again on the schema that it has made.
 */
export async function checkSchema(orm: MikroORM, log: Log): Promise<void> {
  const ask = askingOrm(orm)
  await refuseUnfinished(ask)
  const { pending, unknown, isLater } = await schemaState(ask)
  if (isLater)
    return log.warn({ migrations: unknown }, 'the schema is newer than this version of Plaindesk: update it soon')
  if (unknown.length > 0) throw tooNew(unknown)
  if (pending.length > 0)
    throw new Trouble(
      `The database's schema is older than this version of Plaindesk: run "npx plaindesk migrate" first.`,
    )
}

/** Whether the database answers and has all that this version needs; a newer one's additions do no harm meanwhile. */
export async function isMigrated(orm: MikroORM): Promise<boolean> {
  const { pending } = await schemaState(askingOrm(orm))
  return pending.length === 0
}

/** What this version does not understand: the schema is newer, or there is none. An older one will do. */
export async function refuseUnknown(client: pg.Client): Promise<void> {
  const ask = asking(client)
  await refuseUnfinished(ask)
  const { done, unknown } = await schemaState(ask)
  if (unknown.length > 0) throw tooNew(unknown)
  if (done.length === 0) throw new Trouble('The database is empty: there is nothing to save.')
}

const tooNew = (unknown: readonly string[]): Trouble =>
  new Trouble(
    `The database's schema is newer than this version of Plaindesk (${unknown.join(', ')}): update Plaindesk.`,
  )

export const asking =
  (client: pg.Client): Ask =>
  async <Row extends object>(sql: string) =>
    (await client.query<Row & pg.QueryResultRow>(sql)).rows

const askingOrm =
  (orm: MikroORM): Ask =>
  <Row extends object>(sql: string) =>
    orm.em.getConnection().execute<Row[]>(sql)
