// Rows for any schema that a migration leaves: written as the program of that schema writes them, naming its columns.
import type { TestDatabase } from '../kit/database.ts'

type Ask = TestDatabase['sql']

export interface Column {
  name: string
  type: string
  isRequired: boolean
  /** The table whose id it holds. */
  target: string | null
  /** Of an enumeration. */
  labels: string[] | null
}

export interface Shape {
  table: string
  columns: Column[]
}

/** Written by migrations, or by the migrator itself. */
const ofItself = ['mikro_orm_migrations', 'change_number', 'unfinished_restore']

/** Each table's columns in an order in which whatever they speak of comes first. */
export async function shapes(sql: Ask): Promise<Shape[]> {
  const rows = await sql<Column & { table: string }>(COLUMNS)
  const tables = [...new Set(rows.map(({ table }) => table))].filter(name => !ofItself.includes(name))
  const known = tables.map(table => ({ table, columns: rows.filter(row => row.table === table) }))
  const sorted: Shape[] = []
  while (sorted.length < known.length) {
    const next = known.find(
      each => !sorted.includes(each) && each.columns.every(column => !waitsFor(column, each.table, sorted)),
    )
    if (!next) throw new Error('required columns speak of each other in a circle')
    sorted.push(next)
  }
  return sorted
}

const waitsFor = ({ isRequired, target }: Column, table: string, sorted: readonly Shape[]): boolean =>
  isRequired && target !== null && target !== table && !sorted.some(each => each.table === target)

const COLUMNS = `
  select c.relname as table, a.attname as name, t.typname as type,
    a.attnotnull and not a.atthasdef and a.attidentity = '' as "isRequired",
    (select f.confrelid::regclass::text from pg_constraint f
      where f.contype = 'f' and f.conrelid = c.oid and f.conkey = array[a.attnum] limit 1) as target,
    (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) as labels
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attgenerated = '' order by c.relname, a.attnum`

/**
 * Inserts one more row into every table, with all columns where the checks allow that, else with those that it has to have;
 * says which tables got all. `seed` is a number that no other filling of this database has, `ids` those of all fillings,
 * newest first.
 */
export async function fill(sql: Ask, known: readonly Shape[], seed: number, ids: Ids): Promise<string[]> {
  const whole: string[] = []
  for (const { table, columns } of known) {
    const all = columns.map(column => ({ column, value: valueOf(table, columns, column, seed, ids) }))
    const required = all.filter(({ column }) => column.isRequired)
    const isWhole = await insert(sql, table, all).then(
      () => true,
      () => insert(sql, table, required).then(() => false),
    )
    if (isWhole) whole.push(table)
    ids.set(table, [all.find(({ column }) => column.name === 'id')?.value, ...(ids.get(table) ?? [])])
  }
  return whole
}

export type Ids = Map<string, unknown[]>

interface Set {
  column: Column
  value: unknown
}

async function insert(sql: Ask, table: string, sets: readonly Set[]): Promise<void> {
  const told = sets.filter(({ value }) => value !== undefined)
  const names = told.map(({ column }) => `"${column.name}"`)
  const places = told.map(({ column: { type } }, i) => `$${i + 1}::${arrayOf(type) ?? `"${type}"`}`)
  try {
    await sql(
      `insert into "${table}" (${names}) values (${places})`,
      told.map(({ value }) => value),
    )
  } catch (error) {
    throw new Error(`${table}: ${error instanceof Error ? error.message : error}`)
  }
}

const arrayOf = (type: string): string | null => (type.startsWith('_') ? `"${type.slice(1)}"[]` : null)

/** Undefined = it is left to the database. */
function valueOf(
  table: string,
  columns: readonly Column[],
  { name, type, target, labels }: Column,
  seed: number,
  ids: Ids,
): unknown {
  if (target !== null)
    return ids.get(target)?.[
      ageOf(
        name,
        columns.filter(other => other.target === target),
      )
    ]
  if (labels) return labels[seed % labels.length]
  if (type === 'uuid')
    return `00000000-0000-7000-${String(8000 + hash(table + name))}-${String(seed).padStart(12, '0')}`
  if (type === 'text' || type === 'varchar') return `${name}-${seed}`
  if (/^int[248]$/.test(type)) return 20_000 + seed
  if (/^(float[48]|numeric)$/.test(type)) return seed
  if (type === 'bool') return seed % 2 === 0
  if (type === 'timestamptz') return new Date(Date.UTC(2026, 0, 1, seed))
  if (type === 'date') return `2026-01-${String((seed % 28) + 1).padStart(2, '0')}`
  if (type === 'json' || type === 'jsonb') return '{}'
  if (type.startsWith('_')) return []
  if (type === 'bytea') return Buffer.from(`${name} ${seed}`.padEnd(32).slice(0, 32))
  if (type === 'tsvector') return undefined
  if (type === 'pg_lsn') return '16/B374D848'
  throw new Error(`nothing is known of columns of the type ${type} (${table}.${name})`)
}

const hash = (name: string): number => [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7)

/**
 * Columns of a row that speak of the same table speak of different rows, because nothing is linked to itself: those that
 * have to be there of the newest, in the order of their age, the others of what there is besides.
 */
function ageOf(name: string, rivals: readonly Column[]): number {
  const required = rivals.filter(({ isRequired }) => isRequired).map(column => column.name)
  const others = rivals.filter(({ isRequired }) => !isRequired).map(column => column.name)
  return [...required.reverse(), ...others].indexOf(name)
}
