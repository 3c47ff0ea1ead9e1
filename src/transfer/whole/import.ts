// A whole export into an empty Plaindesk: the same people, tickets and files, with their ids, numbers and times.
import type pg from 'pg'
import { Trouble } from '../../lib/trouble.ts'
import type { Plaindesk } from '../../plaindesk.ts'
import { connect, importAlone, inTransaction, writers } from '../connect.ts'
import type { Progress } from '../progress.ts'
import { recordImport } from '../record-import.ts'
import { checkExport, isEmpty, missingFiles } from './check.ts'
import { readWords, setSequences, settleOpenWork } from './finish.ts'
import type { Manifest } from './manifest.ts'
import { type Position, positionIn } from './position.ts'
import { joinRows, type ReadOptions, readTable } from './read-table.ts'
import { tablesOf } from './tables.ts'

type Ground = Pick<Plaindesk, 'config' | 'files' | 'clock'>

/** What became of it. */
export type Became = 'imported' | 'known' | 'checked'

/** Takes an export in; goes on where an earlier run was broken off. A dry run only looks whether it could. */
export async function importWhole(
  { config, files, clock }: Ground,
  folder: string,
  manifest: Manifest,
  { dryRun }: { dryRun: boolean },
  progress: Progress,
): Promise<Became> {
  await using stack = new AsyncDisposableStack()
  const url = config.databaseUrl ?? ''
  const client = await connect(stack, url, 'import')
  if (!(await importAlone(client))) throw new Trouble('Another import is running.')
  const position = positionIn(client, manifest.id)
  if (await position.isDone('all')) return 'known'
  const isBegun = await position.isDone('begun')
  if (!isBegun && !(await isEmpty(client)))
    throw new Trouble('A whole export goes into an empty Plaindesk only; here are people or tickets already.')
  await checkExport(client, folder, manifest)
  const missing = await missingFiles(folder, manifest)
  if (missing.length > 0) throw new Trouble(`${missing.length} files are missing, such as files/…/${missing[0]}.`)
  if (dryRun) return 'checked'
  if (!isBegun) await begin(client, position)
  await readTables(client, manifest, { folder, files, damaged: new Set(manifest.damaged), position }, progress)
  const others = await Promise.all(Array.from({ length: writers() - 1 }, () => connect(stack, url, 'import')))
  await readWords(
    client,
    others,
    position,
    counting(count => progress.say(`words of ${count} tickets`)),
  )
  await inTransaction(client, async () => {
    await setSequences(client, manifest)
    await settleOpenWork(client, config.clamdUrl !== null)
    await recordImport(client, folder, clock())
    await position.end('all')
  })
  await client.query('analyze')
  return 'imported'
}

/** What a migration puts into an empty database is in the export as well. */
async function begin(client: pg.Client, position: Position): Promise<void> {
  await inTransaction(client, async () => {
    await client.query('delete from category')
    await position.end('begun')
  })
}

async function readTables(
  client: pg.Client,
  { tables }: Manifest,
  options: Omit<ReadOptions, 'onBytes'>,
  progress: Progress,
): Promise<void> {
  const known = new Map((await tablesOf(client)).map(table => [table.name, table]))
  progress.begin(tables.reduce((sum, { bytes }) => sum + bytes, 0))
  const onBytes = counting(sum => progress.at(sum))
  for (const written of tables) {
    const table = known.get(written.name)
    if (!table) continue // of a table that there is no more
    onBytes(await options.position.of(table.name))
    await readTable(client, written, table, { ...options, onBytes })
  }
  for (const written of tables) {
    const table = known.get(written.name)
    if (table) await joinRows(client, written, table, options.folder)
  }
}

/** Tells how many there are by now. */
function counting(tell: (sum: number) => void): (count: number) => void {
  let sum = 0
  return count => {
    sum += count
    tell(sum)
  }
}
