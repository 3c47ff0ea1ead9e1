// A row for each table that has none, whatever its columns are, so that nothing is compared only because it is empty.
import type { TestDatabase } from '../kit/database.ts'

interface Column {
  name: string
  type: string
  isArray: boolean
  labels: string[] | null
  references: string | null
}

/** What a check, or a rule of ours, asks for. */
const own: Record<string, string> = {
  'outbox_mail.state': `'SENT'`,
  'outbox_mail.rows': `'{"user": null, "big": 12345678901234567890}'`,
  'webhook.is_active': 'false',
  'webhook_delivery.state': `'DELIVERED'`,
  'setting.name': `'AUTO_CLOSE_DAYS'`,
  'setting.value': `'14'`,
  'ticket_link.older_id': '(select id from ticket order by id limit 1)',
  'ticket_link.newer_id': '(select id from ticket order by id offset 1 limit 1)',
}

const ofType: Record<string, string> = {
  uuid: 'gen_random_uuid()',
  text: `'Grüße "\\ 🙂'`,
  int4: '7',
  int8: '9007199254740993',
  bool: 'true',
  timestamptz: `'2024-02-29 12:34:56.789012+02'`,
  date: `'2024-02-29'`,
  jsonb: `'{"a": [1, null, "ü"]}'`,
  bytea: `'\\x00ff10'`,
}

export async function fillEmptyTables(sql: TestDatabase['sql'], tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const [row] = await sql(`select exists (select from ${table}) as used`)
    if (!row?.used) await sql(await insertInto(sql, table))
  }
}

async function insertInto(sql: TestDatabase['sql'], table: string): Promise<string> {
  const columns = await sql<Column & Record<string, unknown>>(
    `select a.attname as name, coalesce(e.typname, t.typname) as type, e.oid is not null as "isArray",
       (select array_agg(enumlabel::text order by enumsortorder) from pg_enum where enumtypid = coalesce(e.oid, t.oid)) as labels,
       (select confrelid::regclass::text from pg_constraint
          where contype = 'f' and conrelid = a.attrelid and conkey = array[a.attnum]) as references
     from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''`,
    [table],
  )
  const values = columns.map(column => own[`${table}.${column.name}`] ?? valueOf(table, column))
  return `insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) values (${values.join(', ')})`
}

function valueOf(table: string, { type, isArray, labels, references }: Column): string {
  if (references === table) return 'null'
  if (references) return `(select id from ${references} order by id limit 1)`
  const value = labels ? `'${labels[0]}'` : ofType[type]
  if (value === undefined) throw new Error(`No example of ${type}`)
  return isArray ? `array[${value}, ${value}]::${type}[]` : value
}
