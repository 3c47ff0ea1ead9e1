// The database as it is at one moment, whatever is written meanwhile.
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { asking } from '../database/migrate.ts'
import { migrationsDone } from '../database/schema-state.ts'
import { identifier } from '../lib/identifier.ts'
import { PART_BYTES } from './entries.ts'
import type { Sequence, Table } from './manifest.ts'
import { isKept, tables } from './tables.ts'

/** A file that rows speak of. */
export interface KnownFile {
  key: string
  size: number
  sha256: string
}

export interface Snapshot {
  migrations: string[]
  tables: Table[]
  sequences: Sequence[]
  files: { count: number; bytes: number }
  /** All rows of a table, as PostgreSQL's COPY writes them, in parts of some megabytes. */
  rows(table: Table): AsyncGenerator<Buffer>
  /** A line of JSON for each job that waits. */
  jobs(): AsyncGenerator<Buffer>
  knownFiles(): AsyncGenerator<KnownFile>
}

/** Opens it on a connection that does nothing else. */
export async function takeSnapshot(client: pg.Client): Promise<Snapshot> {
  await client.query('begin isolation level repeatable read read only')
  await client.query('set local statement_timeout = 0')
  await client.query('set local idle_in_transaction_session_timeout = 0')
  const kept = (await tables(client)).filter(({ name }) => isKept(name))
  const fileRows = filesIn(kept)
  return {
    migrations: await migrationsDone(asking(client)),
    tables: await counted(client, kept),
    // Read after the snapshot was taken: no number that is in it is given again.
    sequences: await sequencesIn(client),
    files: await sumOf(client, fileRows),
    rows: ({ name, columns }) => parts(client, `copy ${identifier(name)} (${columns.map(identifier)}) to stdout`),
    jobs: () => parts(client, `copy (${JOBS}) to stdout`),
    knownFiles: () => filesFrom(client, fileRows),
  }
}

/** Their progress goes along: what failed for good stays failed, what ran just now runs again. */
const JOBS = `
  select json_build_object('task', t.identifier, 'payload', j.payload, 'queue', q.queue_name, 'run_at', j.run_at,
    'max_attempts', j.max_attempts, 'key', j.key, 'priority', j.priority, 'flags', j.flags,
    'attempts', case when j.locked_at is null then j.attempts else greatest(j.attempts - 1, 0) end, 'last_error', j.last_error)
  from graphile_worker._private_jobs j
    join graphile_worker._private_tasks t on t.id = j.task_id
    left join graphile_worker._private_job_queues q on q.id = j.job_queue_id
  order by j.id`

async function counted(client: pg.Client, kept: readonly Omit<Table, 'rows'>[]): Promise<Table[]> {
  const found: Table[] = []
  for (const table of kept) {
    const { rows } = await client.query(`select count(*)::float8 as rows from ${identifier(table.name)}`)
    found.push({ ...table, rows: rows[0].rows })
  }
  return found
}

async function sequencesIn(client: pg.Client): Promise<Sequence[]> {
  const { rows: names } = await client.query<{ name: string }>(
    'select sequencename as name from pg_sequences where schemaname = current_schema() order by 1',
  )
  const found: Sequence[] = []
  for (const { name } of names.filter(({ name }) => isKept(name))) {
    const { rows } = await client.query(
      `select last_value::text as value, is_called as "isCalled" from ${identifier(name)}`,
    )
    found.push({ name, ...rows[0] })
  }
  return found
}

/** Whose bytes were deleted because they were dangerous have none. Earlier schemas know no raw mails. */
function filesIn(kept: readonly Omit<Table, 'rows'>[]): string {
  const mails = 'select storage_key, size, sha256 from incoming_mail where storage_key is not null'
  const all = ["select storage_key, size, sha256 from attachment where scan <> 'INFECTED'"]
  if (kept.some(({ name }) => name === 'incoming_mail')) all.push(mails)
  return `select storage_key as key, max(size) as size, max(sha256) as sha256 from (${all.join(' union all ')}) f group by 1`
}

async function sumOf(client: pg.Client, files: string): Promise<{ count: number; bytes: number }> {
  const { rows } = await client.query(
    `select count(*)::float8 as count, coalesce(sum(size), 0)::float8 as bytes from (${files}) f`,
  )
  return rows[0]
}

async function* filesFrom(client: pg.Client, files: string): AsyncGenerator<KnownFile> {
  await client.query(`declare known_file no scroll cursor for ${files}`)
  for (;;) {
    const { rows } = await client.query<KnownFile>('fetch 1000 from known_file')
    if (rows.length === 0) return
    yield* rows
  }
}

async function* parts(client: pg.Client, copy: string): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const chunk of client.query(copyTo(copy))) {
    waiting.push(chunk)
    size += chunk.length
    if (size < PART_BYTES) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting)
}
