// Brings a database to the schema that this version of Plaindesk works on: the entities' tables and the job queue's.
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import type { MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import { migrationsFolder } from '../../mikro-orm.config.ts'
import { Trouble } from '../lib/trouble.ts'
import type { Log } from '../log.ts'
import { openOrm } from './orm.ts'

const MIGRATING = 3 // an advisory lock: two processes that migrate at once do it one after the other

/** Runs what was not run yet and answers the names; none = it was current. */
export async function migrate(url: string, log: Log): Promise<string[]> {
  const turn = new pg.Client({ connectionString: url })
  await turn.connect()
  const orm = await openOrm(url, log, { name: 'plaindesk migrate', connections: 2, statementSeconds: 0 })
  try {
    await turn.query('select pg_advisory_lock($1)', [MIGRATING])
    return await run(orm, url)
  } finally {
    await orm.close()
    await turn.end()
  }
}

async function run(orm: MikroORM, url: string): Promise<string[]> {
  const { pending } = await schemaState(orm)
  if (pending.length === 0) return []
  // Both are only loaded when there is something to do: most starts find a current schema.
  const { Migrator } = await import('@mikro-orm/migrations')
  const { runMigrations } = await import('graphile-worker')
  await runMigrations({ connectionString: url })
  Migrator.register(orm)
  const done = await orm.migrator.up()
  return done.map(({ name }) => name)
}

/** Refuses, in one sentence that says what to do, when the schema is older or newer than this version. */
export async function checkSchema(orm: MikroORM): Promise<void> {
  const { pending, unknown } = await schemaState(orm)
  if (pending.length > 0)
    throw new Trouble(
      `The database's schema is older than this version of Plaindesk: run "npx plaindesk migrate" first.`,
    )
  if (unknown.length > 0)
    throw new Trouble(
      `The database's schema is newer than this version of Plaindesk (${unknown.join(', ')}): update Plaindesk.`,
    )
}

/** Whether the database answers and has all that this version needs; a newer one's additions do no harm meanwhile. */
export async function isMigrated(orm: MikroORM): Promise<boolean> {
  const { pending } = await schemaState(orm)
  return pending.length === 0
}

async function schemaState(orm: MikroORM): Promise<{ pending: string[]; unknown: string[] }> {
  const ours = readdirSync(migrationsFolder)
    .filter(name => name.endsWith('.ts'))
    .map(name => basename(name, '.ts'))
  const done = await migrationsDone(orm)
  return { pending: ours.filter(name => !done.includes(name)), unknown: done.filter(name => !ours.includes(name)) }
}

async function migrationsDone(orm: MikroORM): Promise<string[]> {
  const connection = orm.em.getConnection()
  const [table] = await connection.execute<{ exists: boolean }[]>(
    `select to_regclass('mikro_orm_migrations') is not null as exists`,
  )
  if (!table?.exists) return []
  const rows = await connection.execute<{ name: string }[]>('select name from mikro_orm_migrations')
  return rows.map(({ name }) => name)
}
