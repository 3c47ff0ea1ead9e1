// Brings a database to the schema that this version of Plaindesk works on: the entities' tables and the job queue's.
import type { MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
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

/** Waits until nobody else migrates; the turn lasts as long as the connection. */
export const takeTurn = (client: pg.Client): Promise<unknown> =>
  client.query('select pg_advisory_lock($1)', [MIGRATING])

/** The same for whoever has the turn; `only` = of what was not run yet just these. */
export async function migrateInTurn(url: string, log: Log, only?: readonly string[]): Promise<string[]> {
  const orm = await openOrm(url, log, { name: 'plaindesk migrate', connections: 2, statementSeconds: 0 })
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
  const done = await orm.migrator.up({ migrations: wanted })
  return done.map(({ name }) => name)
}

/** Refuses, in one sentence that says what to do, when the schema is older or newer than this version. */
export async function checkSchema(orm: MikroORM): Promise<void> {
  const ask = askingOrm(orm)
  await refuseUnfinished(ask)
  const { pending, unknown } = await schemaState(ask)
  if (pending.length > 0)
    throw new Trouble(
      `The database's schema is older than this version of Plaindesk: run "npx plaindesk migrate" first.`,
    )
  if (unknown.length > 0) throw tooNew(unknown)
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
