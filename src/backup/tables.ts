// Which tables a backup holds: all of ours, without what is worth nothing elsewhere or another day.
import type pg from 'pg'
import { passingTables } from '../database/passing-tables.ts'
import type { Table } from './manifest.ts'

/**
 * A restored portal where everybody logs in again is better than one in which sessions live on that were ended since.
 * Migrations are known by name, and so is what they are counted by.
 */
export const isKept = (name: string): boolean => !(name in passingTables) && name !== 'mikro_orm_migrations_id_seq'

/** Every table of the schema that no extension brought, with the columns that are not computed. */
export async function tables(client: pg.Client): Promise<Omit<Table, 'rows'>[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attgenerated = ''
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
      group by c.relname order by c.relname`)
  return rows
}
