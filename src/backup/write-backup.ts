import { randomUUID } from 'node:crypto'
import type { FileStore } from '../files/store.ts'
import { Trouble } from '../lib/trouble.ts'
import { jobsPart, MANIFEST, tablePart } from './entries.ts'
import { addFile, Found } from './files.ts'
import { FORMAT, type Manifest } from './manifest.ts'
import type { Snapshot } from './snapshot.ts'
import type { ArchiveWriter } from './write-archive.ts'

const LINE_END = 10
const MB = 1024 * 1024

export interface Wishes {
  snapshot: Snapshot
  files: FileStore
  /** Of this program. */
  version: string
  /** See `secretMark`. */
  secret: string
  progress: { begin(total: number, what: string): void; advance(by: number): void }
  stopping: AbortSignal
}

export interface Written {
  manifest: Manifest
  /** The keys of files that were not as their rows tell. */
  changed: string[]
  gone: string[]
}

/** Writes everything of a snapshot into an archive, and seals it. */
export async function writeBackup(archive: ArchiveWriter, wishes: Wishes): Promise<Written> {
  const { snapshot, version, secret } = wishes
  const { migrations, tables, sequences, files } = snapshot
  const made = { version, id: randomUUID(), createdAt: new Date().toISOString(), secret }
  const manifest: Manifest = { plaindesk: 'backup', format: FORMAT, ...made, migrations, tables, sequences, files }
  await archive.add(MANIFEST, Buffer.from(JSON.stringify(manifest)))
  await addTables(archive, wishes)
  const { changed, gone } = await addFiles(archive, wishes)
  await archive.finish()
  return { manifest, changed, gone }
}

/** What the jobs say comes after the tables, because it speaks of their rows. */
async function addTables(archive: ArchiveWriter, { snapshot, progress, stopping }: Wishes): Promise<void> {
  progress.begin(
    snapshot.tables.reduce((sum, { rows }) => sum + rows, 0),
    'rows',
  )
  for (const table of snapshot.tables) {
    const rows = await addParts(snapshot.rows(table), part => tablePart(table.name, part))
    // A connection that breaks in the middle of COPY may look like its end.
    if (rows !== table.rows)
      throw new Trouble(`The backup was broken off: the database ended in the middle of ${table.name}.`)
  }
  await addParts(snapshot.jobs(), jobsPart)

  async function addParts(content: AsyncIterable<Buffer>, entry: (part: number) => string): Promise<number> {
    let part = 0
    let sum = 0
    for await (const rows of content) {
      stopping.throwIfAborted()
      await archive.add(entry(part), rows)
      const lines = count(rows)
      progress.advance(lines)
      sum += lines
      part += 1
    }
    return sum
  }
}

async function addFiles(archive: ArchiveWriter, { snapshot, files, progress, stopping }: Wishes) {
  const keys = { changed: [] as string[], gone: [] as string[] }
  progress.begin(snapshot.files.bytes / MB, 'MB of files')
  for await (const file of snapshot.knownFiles()) {
    stopping.throwIfAborted()
    const found = await addFile(archive, files, file)
    if (found === Found.CHANGED) keys.changed.push(file.key)
    if (found === Found.GONE) keys.gone.push(file.key)
    progress.advance(file.size / MB)
  }
  return keys
}

/** Rows in COPY's text: none has a line end of its own in it. */
function count(text: Buffer): number {
  let lines = 0
  for (let at = text.indexOf(LINE_END); at >= 0; at = text.indexOf(LINE_END, at + 1)) lines += 1
  return lines
}
