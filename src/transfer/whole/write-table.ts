import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type pg from 'pg'
import { linesOf, type TableOfManifest } from './manifest.ts'
import { secretColumns, type Table } from './tables.ts'

/** A mail may have a megabyte; so many are in memory at once. */
const ROWS_AT_ONCE = 100
const WRITE_BYTES = 1024 * 1024

export interface WriteOptions {
  folder: string
  withSecrets: boolean
  onRows: (count: number) => void
}

/** Writes a table's rows as the transaction sees them, a line of JSON each, in the order of its key. */
export async function writeTable(
  client: pg.Client,
  table: Table,
  { folder, withSecrets, onRows }: WriteOptions,
): Promise<TableOfManifest> {
  const { name, columns, key } = table
  const of = (column: string) => selected(client, name, column, withSecrets)
  const order = key.map(column => client.escapeIdentifier(column)).join(', ')
  await client.query(
    `declare rows no scroll cursor for select row_to_json(r)::text as line
       from (select ${columns.map(of).join(', ')} from ${client.escapeIdentifier(name)} order by ${order}) r`,
  )
  const written = await writeLines(client, linesOf(folder, table), onRows)
  await client.query('close rows')
  return { name, columns, ...written }
}

function selected(client: pg.Client, table: string, column: string, withSecrets: boolean): string {
  const quoted = client.escapeIdentifier(column)
  return withSecrets || !secretColumns.includes(`${table}.${column}`) ? quoted : `null as ${quoted}`
}

async function writeLines(client: pg.Client, path: string, onRows: WriteOptions['onRows']) {
  await using file = await open(path, 'wx', 0o600)
  const hash = createHash('sha256')
  const size = { rows: 0, bytes: 0 }
  let waiting: string[] = []
  let length = 0
  const flush = async () => {
    const chunk = Buffer.from(waiting.join(''))
    waiting = []
    length = 0
    hash.update(chunk)
    size.bytes += chunk.length
    await file.write(chunk)
  }
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${ROWS_AT_ONCE} from rows`)
    for (const { line } of rows) {
      waiting.push(`${line}\n`)
      length += line.length
    }
    size.rows += rows.length
    onRows(rows.length)
    if (length > WRITE_BYTES || rows.length < ROWS_AT_ONCE) await flush()
    if (rows.length < ROWS_AT_ONCE) break
  }
  await file.sync()
  return { ...size, sha256: hash.digest('hex') }
}
