import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { migrationsFolder } from '../../mikro-orm.config.ts'

/** Runs a statement without parameters and answers its rows, on whatever connection. */
export type Ask = <Row extends object>(sql: string) => Promise<Row[]>

export interface SchemaState {
  /** All that ran, in their order. */
  done: string[]
  /** Of ours those that did not run yet. */
  pending: string[]
  /** Those that are not ours. */
  unknown: string[]
  /** All of ours ran, and what else did came after them: the schema of a later version, on which this one works too. */
  isLater: boolean
}

export async function schemaState(ask: Ask): Promise<SchemaState> {
  const ours = readdirSync(migrationsFolder)
    .filter(name => name.endsWith('.ts'))
    .map(name => basename(name, '.ts'))
    .sort()
  const done = await migrationsDone(ask)
  const pending = ours.filter(name => !done.includes(name))
  const unknown = done.filter(name => !ours.includes(name))
  const isAfter = (name: string) => ours.every(known => known < name)
  return { done, pending, unknown, isLater: unknown.length > 0 && pending.length === 0 && unknown.every(isAfter) }
}

/** Those that ran, in their order; none where the database is empty. */
export async function migrationsDone(ask: Ask): Promise<string[]> {
  const [table] = await ask<{ exists: boolean }>(`select to_regclass('mikro_orm_migrations') is not null as exists`)
  if (!table?.exists) return []
  const rows = await ask<{ name: string }>('select name from mikro_orm_migrations order by id')
  return rows.map(({ name }) => name)
}
