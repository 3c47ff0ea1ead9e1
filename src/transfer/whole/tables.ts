// Which tables an export has, asked of the database itself: a new one, or a new column, is in it without anybody's doing.
import type pg from 'pg'
import { passingTables } from '../../database/passing-tables.ts'

export interface Table {
  name: string
  /** What is written, in the table's order. */
  columns: string[]
  /** By what rows are in order. */
  key: string[]
  /** Columns that name another row of the same table, which may come later. */
  ownColumns: string[]
}

/** Each with the reason why it stays here. */
export const leftOut: Readonly<Record<string, string>> = {
  ...passingTables,
  idempotency_key: 'repetitions of the last 24 hours',
  change_number: "this server's count of transactions",
  import_progress: 'how far an import into this database is',
}

/** Columns that the database works out anew, by table and name. */
export const workedOut: Record<string, string> = {
  'ticket.search_public': 'the words of the search',
  'ticket.search_notes': 'the words of the search',
  'ticket.touched_in': "this server's count of transactions",
  'ticket.updated_in': "this server's count of transactions",
}

/** Left out unless the operator asks for it: who has the export could log in with it, or try passwords at leisure. */
export const secretTables: readonly string[] = ['second_factor', 'api_token']
export const secretColumns: readonly string[] = ['person.password_hash']

/** All tables that are exported; whatever one refers to comes before it. */
export async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table & { needs: string[] }>(ask)
  const ours = rows.filter(({ name }) => !(name in leftOut))
  return inOrder(
    ours.map(table => ({
      ...table,
      columns: table.columns.filter(column => !(`${table.name}.${column}` in workedOut)),
    })),
  )
}

const ask = `
select c.relname as name,
  array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
    and attgenerated = '' order by attnum) as columns,
  array(select a.attname::text from pg_index i cross join unnest(i.indkey::int2[]) with ordinality k(number, place)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
    where i.indrelid = c.oid and i.indisprimary order by k.place) as key,
  array(select a.attname::text from pg_constraint f join pg_attribute a on a.attrelid = c.oid and a.attnum = f.conkey[1]
    where f.contype = 'f' and f.conrelid = c.oid and f.confrelid = c.oid) as "ownColumns",
  array(select distinct r.relname::text from pg_constraint f join pg_class r on r.oid = f.confrelid
    where f.contype = 'f' and f.conrelid = c.oid and f.confrelid <> c.oid) as needs
from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') order by c.relname`

function inOrder(tables: (Table & { needs: string[] })[]): Table[] {
  const done: Table[] = []
  const open = new Map(tables.map(table => [table.name, table]))
  while (open.size > 0) {
    const next = [...open.values()].find(({ needs }) => !needs.some(need => open.has(need)))
    if (!next) throw new Error(`Tables refer to each other in a circle: ${[...open.keys()].join(', ')}`)
    open.delete(next.name)
    const { needs: _, ...table } = next
    done.push(table)
  }
  return done
}
