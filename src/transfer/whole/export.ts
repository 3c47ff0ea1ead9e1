// Everything out: a file of JSON lines for each table as it is at one moment, and the bytes of all files.
import { mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { asking } from '../../database/migrate.ts'
import { migrationsDone } from '../../database/schema-state.ts'
import { newId } from '../../lib/ids.ts'
import { Trouble } from '../../lib/trouble.ts'
import { AdminEvent, AdminEventType } from '../../people/admin-event.ts'
import type { Plaindesk } from '../../plaindesk.ts'
import { connect, inTransaction } from '../connect.ts'
import type { Progress } from '../progress.ts'
import { MANIFEST, type Manifest, newManifest } from './manifest.ts'
import { secretTables, type Table, tablesOf } from './tables.ts'
import { STORED, writeFiles } from './write-files.ts'
import { writeTable } from './write-table.ts'

interface Wishes {
  withSecrets: boolean
}

type Ground = Pick<Plaindesk, 'config' | 'orm' | 'files' | 'clock'>

/** Writes everything into a new or empty folder, in memory that does not grow with it; answers what it wrote. */
export async function exportWhole(
  plaindesk: Ground,
  folder: string,
  { withSecrets }: Wishes,
  progress: Progress,
): Promise<Manifest> {
  await prepare(folder)
  await record(plaindesk, folder, withSecrets)
  await using stack = new AsyncDisposableStack()
  const client = await connect(stack, plaindesk.config.databaseUrl ?? '', 'export')
  // All of it as it is at this moment, whatever is written meanwhile.
  const manifest = await inTransaction(
    client,
    () => write(client, plaindesk, folder, withSecrets, progress),
    'isolation level repeatable read read only',
  )
  await using file = await open(join(folder, MANIFEST), 'wx', 0o600)
  await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
  await file.sync()
  return manifest
}

async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length > 0) throw new Trouble(`The folder ${folder} is not empty.`)
}

/** Before anything is read: who has it, has everything. */
async function record({ orm, clock }: Ground, folder: string, withSecrets: boolean): Promise<void> {
  const em = orm.em.fork()
  const about = { about: folder, ...(withSecrets ? { to: 'with secrets' } : {}) }
  em.persist(new AdminEvent(AdminEventType.EXPORTED, null, about, clock()))
  await em.flush()
}

async function write(
  client: pg.Client,
  { files, clock }: Ground,
  folder: string,
  withSecrets: boolean,
  progress: Progress,
): Promise<Manifest> {
  const tables = (await tablesOf(client)).filter(({ name }) => withSecrets || !secretTables.includes(name))
  progress.begin(await countAll(client, tables))
  let done = 0
  const onRows = (count: number) => {
    done += count
    progress.at(done)
  }
  const written: Manifest['tables'] = []
  for (const table of tables) written.push(await writeTable(client, table, { folder, withSecrets, onRows }))
  const { damaged, ...counts } = await writeFiles(client, files, folder, () => onRows(1))
  return newManifest({
    id: newId(),
    madeAt: clock().toISOString(),
    migrations: await migrationsDone(asking(client)),
    hasSecrets: withSecrets,
    tables: written,
    files: counts,
    damaged,
    sequences: await sequencesOf(client),
  })
}

async function countAll(client: pg.Client, tables: readonly Table[]): Promise<number> {
  const counts = [...tables.map(({ name }) => client.escapeIdentifier(name)), `(${STORED}) files`]
  const sum = counts.map(table => `(select count(*) from ${table})`).join(' + ')
  const { rows } = await client.query<{ sum: string }>(`select ${sum} as sum`)
  return Number(rows[0]?.sum)
}

async function sequencesOf(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; last: string }>(
    `select sequencename as name, last_value::text as last from pg_sequences
     where schemaname = current_schema() and last_value is not null and sequencename not like 'mikro_orm%'`,
  )
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]))
}
