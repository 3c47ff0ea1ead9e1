import type pg from 'pg'
import { asking } from '../database/migrate.ts'
import { schemaState } from '../database/schema-state.ts'
import { unfinishedRestore } from '../database/unfinished-restore.ts'
import { type Finding, fail, none, ok, warn } from './finding.ts'

interface About {
  version: string
  encoding: string
  name: string
  role: string
  mayCreate: boolean
  hasTrigrams: boolean
  used: number
  allowed: number
  denied: string[] | null
  size: string
}

const FEW_CONNECTIONS = 10

/** Version, encoding, rights and room for connections. That it answers is known by now. */
export async function database(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<About>(ABOUT)
  const [about] = rows
  if (!about) return fail('It does not say what it is.')
  const { version, encoding, name, role, mayCreate, hasTrigrams, denied, used, allowed, size } = about
  if (encoding !== 'UTF8')
    return fail(
      `Its encoding is ${encoding}. Make it anew: create database ${name} encoding 'UTF8' template template0.`,
    )
  if (!mayCreate)
    return fail(
      `${role} may not create in it. Let its owner run: grant create on database ${name} to ${role}; and make ${role} the owner of its schema.`,
    )
  if (!hasTrigrams)
    return fail(
      "The extension pg_trgm is not there to be installed. Install PostgreSQL's contrib package on its machine.",
    )
  if (denied)
    return fail(
      `${role} may not write to ${denied.join(', ')}. Run every command as the role that ran "plaindesk migrate".`,
    )
  const room = `${used} of ${allowed} connections in use`
  if (allowed - used < FEW_CONNECTIONS)
    return warn(`PostgreSQL ${version}, ${room}. Raise max_connections, or start fewer processes.`)
  return ok(`PostgreSQL ${version}, ${size}, ${room}`)
}

const ABOUT = `
  select current_setting('server_version') as version, current_setting('server_encoding') as encoding,
    current_database() as name, current_user::text as role, pg_size_pretty(pg_database_size(current_database())) as size,
    has_database_privilege(current_database(), 'create') and has_schema_privilege(current_schema(), 'create') as "mayCreate",
    exists (select from pg_available_extensions where name = 'pg_trgm') as "hasTrigrams",
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as allowed,
    (select array_agg(tablename::text) from pg_tables where schemaname = current_schema()
      and not has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'insert, update, delete')) as denied`

/** Whether the schema is that of this version. */
export async function migrations(client: pg.Client): Promise<Finding> {
  const ask = asking(client)
  const unfinished = await unfinishedRestore(ask)
  if (unfinished)
    return fail(
      `A restore (the backup of ${unfinished.from}) was not finished. Run "npx plaindesk restore <file>" again.`,
    )
  const { done, pending, unknown, isLater } = await schemaState(ask)
  if (isLater)
    return warn(
      `The schema is newer than this version (${unknown.join(', ')}), which works on it meanwhile. Update Plaindesk.`,
    )
  if (unknown.length > 0)
    return fail(`The schema is newer than this version (${unknown.join(', ')}). Update Plaindesk.`)
  if (done.length === 0)
    return fail('The database is empty. Run "npx plaindesk migrate", or "npx plaindesk restore <file>".')
  if (pending.length > 0)
    return fail(`${pending.length} did not run yet (${pending.join(', ')}). Run "npx plaindesk migrate".`)
  return ok(`all ${done.length} have run`)
}

const SECOND = 1000
/** Codes of second factors hold for half a minute. */
const TOO_FAR_MS = 20 * SECOND
const FAR_MS = 2 * SECOND

/** This machine's clock against the database's: what one writes the other compares. Nobody else is asked. */
export async function clock(client: pg.Client): Promise<Finding> {
  const before = Date.now()
  const { rows } = await client.query<{ now: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
  )
  const apart = Math.max(0, Math.abs((rows[0]?.now ?? 0) - (before + Date.now()) / 2) - (Date.now() - before) / 2)
  const words = `${(apart / SECOND).toFixed(1)} s apart from the database's`
  if (apart > TOO_FAR_MS) return fail(`${words}. Set both by NTP: second factors, links and locks go by it.`)
  return apart > FAR_MS ? warn(`${words}. Set both by NTP.`) : ok(words)
}

/** Whether somebody works off what waits. */
export async function jobs(client: pg.Client): Promise<Finding> {
  const { rows: known } = await client.query(`select where to_regclass('graphile_worker.jobs') is not null`)
  if (known.length === 0) return none('not known before the schema is there')
  const { rows } = await client.query<{ due: number; minutes: number | null }>(
    `select count(*)::int as due, (extract(epoch from now() - min(run_at)) / 60)::int as minutes
     from graphile_worker._private_jobs where attempts < max_attempts and run_at <= now() and locked_at is null`,
  )
  const { due = 0, minutes = null } = rows[0] ?? {}
  if (minutes === null || minutes < LONG_MINUTES) return ok(due === 0 ? 'none waits' : `${due} wait to be begun`)
  return warn(`${due} wait, the oldest for ${minutes} minutes. Start a worker ("npx plaindesk worker"), or one more.`)
}

const LONG_MINUTES = 5
