import type pg from 'pg'
import type { FileStore } from '../../files/store.ts'
import { inTransaction } from '../connect.ts'
import { linesIn } from '../lines.ts'
import { linesOf, type TableOfManifest } from './manifest.ts'
import type { Position } from './position.ts'
import { store } from './stored-lines.ts'
import type { Table } from './tables.ts'

const LINES_AT_ONCE = 2_000
const BYTES_AT_ONCE = 4 * 1024 * 1024
const FILES_AT_ONCE = 8

export interface ReadOptions {
  folder: string
  files: FileStore
  damaged: ReadonlySet<string>
  position: Position
  onBytes: (count: number) => void
}

/** Takes a table in, from where it stands, in transactions of some thousand rows. What names rows of its own comes later. */
export async function readTable(
  client: pg.Client,
  written: TableOfManifest,
  table: Table,
  { folder, files, damaged, position, onBytes }: ReadOptions,
): Promise<void> {
  const columns = written.columns.filter(column => table.columns.includes(column) && !table.ownColumns.includes(column))
  const insert = insertInto(client, table.name, columns)
  const hasFiles = columns.includes('storage_key')
  let start = await position.of(table.name)
  for await (const { lines, end } of batches(linesOf(folder, table), start)) {
    const ready = hasFiles ? await storeAll(lines, line => store(files, folder, line, damaged)) : lines
    await inTransaction(client, async () => {
      await client.query(
        `select set_config('plaindesk.history', 'on', true), set_config('plaindesk.words', 'on', true)`,
      )
      await client.query(insert, [`[${ready.join(',')}]`])
      await position.reach(table.name, end)
    })
    onBytes(end - start)
    start = end
  }
}

/** Now that all rows are there: those that name others of the same table. A second time is fine. */
export async function joinRows(
  client: pg.Client,
  written: TableOfManifest,
  table: Table,
  folder: string,
): Promise<void> {
  const columns = table.ownColumns.filter(column => written.columns.includes(column))
  if (columns.length === 0) return
  const [name = '', key = '', ...own] = [table.name, table.key[0] ?? '', ...columns].map(each =>
    client.escapeIdentifier(each),
  )
  const update = `update ${name} t set ${own.map(column => `${column} = r.${column}`).join(', ')}
    from json_populate_recordset(null::${name}, $1) r
    where t.${key} = r.${key} and (${own.map(column => `r.${column} is not null`).join(' or ')})
      and (${own.map(column => `t.${column} is distinct from r.${column}`).join(' or ')})`
  for await (const { lines } of batches(linesOf(folder, table), 0)) {
    await client.query(update, [`[${lines.join(',')}]`])
  }
}

/** JSON goes to the database as it is: no number passes through one of JavaScript's. */
function insertInto(client: pg.Client, table: string, columns: readonly string[]): string {
  const name = client.escapeIdentifier(table)
  const list = columns.map(column => client.escapeIdentifier(column)).join(', ')
  return `insert into ${name} (${list}) select ${list} from json_populate_recordset(null::${name}, $1)`
}

async function* batches(path: string, start: number): AsyncGenerator<{ lines: string[]; end: number }> {
  let lines: string[] = []
  let bytes = 0
  let last = start
  for await (const { text, end } of linesIn(path, start)) {
    lines.push(text)
    bytes += text.length
    last = end
    if (lines.length < LINES_AT_ONCE && bytes < BYTES_AT_ONCE) continue
    yield { lines, end }
    lines = []
    bytes = 0
  }
  if (lines.length > 0) yield { lines, end: last }
}

async function storeAll(lines: readonly string[], store: (line: string) => Promise<string>): Promise<string[]> {
  const ready: string[] = []
  for (let at = 0; at < lines.length; at += FILES_AT_ONCE) {
    ready.push(...(await Promise.all(lines.slice(at, at + FILES_AT_ONCE).map(store))))
  }
  return ready
}
