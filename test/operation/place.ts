// A portal's surroundings for commands: a database and a folder, and what is in them.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inject } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../kit/database.ts'
import { newFolder } from '../kit/folder.ts'
import { settings } from '../kit/settings.ts'

export interface TestPlace {
  database: TestDatabase
  folder: string
  env: Record<string, string>
}

/** An empty database (or a clone of one) and an empty folder. */
export async function emptyPlace(own: Record<string, string> = {}, template: string | null = null): Promise<TestPlace> {
  const database = await cloneDatabase(inject('ground').server, template)
  const folder = newFolder('place')
  const env = { ...settings('http://127.0.0.1:3000', database.url, folder), LOG_LEVEL: 'error', ...own }
  return { database, folder, env }
}

export const filesOf = (folder: string): string => pathToFileURL(join(folder, 'files')).href

type Ask = TestDatabase['sql']

const passing = ['session', 'rate_limit', 'ticket_look', 'own_write']

/** Table → number of rows and a hash of all that is in them, whatever their order. */
export async function contentOf(sql: Ask): Promise<Record<string, string>> {
  const tables = await sql(`select tablename as name from pg_tables where schemaname = 'public' order by 1`)
  const found: Record<string, string> = {}
  for (const { name } of tables.filter(({ name }) => !passing.includes(name) && name !== 'mikro_orm_migrations')) {
    const [row] = await sql(
      `select count(*)::text || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as content from "${name}" t`,
    )
    found[name] = row?.content
  }
  return found
}

/** The rules that hold: constraints, triggers with whether they fire, sequences, indexes. */
export async function rulesOf(sql: Ask): Promise<string[]> {
  const rows = await sql(`
    select conname || ' ' || pg_get_constraintdef(oid) as rule from pg_constraint where connamespace = 'public'::regnamespace
    union all select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text from pg_trigger where not tgisinternal
    union all select sequencename || ' ' || coalesce(last_value, 0) from pg_sequences where schemaname = 'public' and sequencename not like 'mikro%'
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select name from mikro_orm_migrations order by 1`)
  return rows.map(({ rule }) => rule)
}

export const jobsOf = (sql: Ask) =>
  sql(`select t.identifier, j.payload::text, j.max_attempts, j.attempts, j.key, j.last_error, j.run_at, j.priority, q.queue_name
    from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    left join graphile_worker._private_job_queues q on q.id = j.job_queue_id order by 1, 2`)
