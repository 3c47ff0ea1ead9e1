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
  /** Those of a newer version. */
  unknown: string[]
}

export async function schemaState(ask: Ask): Promise<SchemaState> {
  const ours = readdirSync(migrationsFolder)
    .filter(name => name.endsWith('.ts'))
    .map(name => basename(name, '.ts'))
    .sort()
  const done = await migrationsDone(ask)
  return {
    done,
    pending: ours.filter(name => !done.includes(name)),
    unknown: done.filter(name => !ours.includes(name)),
  }
}

/** Those that ran, in their order; none where the database is empty. */
export async function migrationsDone(ask: Ask): Promise<string[]> {
  const [table] = await ask<{ exists: boolean }>(`select to_regclass('mikro_orm_migrations') is not null as exists`)
  if (!table?.exists) return []
  const rows = await ask<{ name: string }>('select name from mikro_orm_migrations order by id')
  return rows.map(({ name }) => name)
}
