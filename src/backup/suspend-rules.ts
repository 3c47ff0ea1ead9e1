import type pg from 'pg'
import { identifier } from '../lib/identifier.ts'

/** For building indexes; a session has as much only while one is built. */
const MEMORY = '256MB'

export interface SuspendedRules {
  /** All hold again: what they ask is asked of every row that came meanwhile. */
  resume(): Promise<void>
}

/**
 * While rows come table by table: no foreign key asks for rows that are still to come, no trigger does again what it once did,
 * and what is no primary or unique key is indexed at the end, which takes a fraction of the time.
 */
export async function suspendRules(client: pg.Client, tables: readonly string[]): Promise<SuspendedRules> {
  const { rows } = await client.query<{ drop: string; make: string }>(RULES)
  const triggers = (verb: string) => tables.map(name => `alter table ${identifier(name)} ${verb} trigger user`)
  for (const sql of [...rows.map(({ drop }) => drop), ...triggers('disable')]) await client.query(sql)
  return {
    async resume() {
      await client.query(`set local maintenance_work_mem = '${MEMORY}'`)
      for (const sql of [...rows.map(({ make }) => make).reverse(), ...triggers('enable')]) await client.query(sql)
    },
  }
}

// Made again from the last to the first, so that foreign keys find their indexes.
const RULES = `
  select 1 as step, format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
    from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace
  union all
  select 2, format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class c on c.oid = i.indrelid
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and not i.indisprimary
      and not exists (select from pg_constraint o where o.conindid = i.indexrelid)
  order by step`
