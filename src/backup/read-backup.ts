import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type pg from 'pg'
import type { FileStore } from '../files/store.ts'
import { Trouble } from '../lib/trouble.ts'
import { placeOf } from './entries.ts'
import { type Loading, loadTables } from './load-tables.ts'
import type { Manifest } from './manifest.ts'
import { filePutter } from './put-files.ts'
import { type ArchiveEntry, readArchive } from './read-archive.ts'

const MB = 1024 * 1024

export interface Reading {
  progress: { begin(total: number, what: string): void; advance(by: number): void }
  stopping: AbortSignal
}

/** Reads an archive from its first to its last byte and refuses one that is damaged. */
export async function checkArchive(path: string, reading: Reading): Promise<Manifest> {
  const found: { manifest?: Manifest } = {}
  for await (const { content } of entriesOf(path, reading, manifest => (found.manifest = manifest))) {
    for await (const _ of content);
  }
  if (!found.manifest) throw new Error('an archive was whole without a manifest')
  return found.manifest
}

/** Puts all of a checked archive to its place, in the transaction that is open on `client`. Says how many jobs wait. */
export async function readBackup(path: string, client: pg.Client, files: FileStore, reading: Reading): Promise<number> {
  const found: { loading?: Loading } = {}
  const putter = filePutter(files)
  const begin = async (manifest: Manifest) => (found.loading = await loadTables(client, manifest))
  let jobs: number | null = null
  for await (const entry of entriesOf(path, reading, begin)) {
    const place = placeOf(entry.name)
    if (place.kind === 'table') await found.loading?.rows(place.table, entry.content)
    if (place.kind === 'jobs') await found.loading?.jobs(entry.content)
    if (place.kind !== 'file') continue
    jobs ??= (await found.loading?.finish()) ?? 0
    await putter.put(place.key, entry.size, entry.content)
  }
  await putter.settled()
  return jobs ?? (await found.loading?.finish()) ?? 0
}

async function* entriesOf(
  path: string,
  { progress, stopping }: Reading,
  begin: (manifest: Manifest) => unknown,
): AsyncGenerator<ArchiveEntry> {
  const { size } = await stat(path).catch(() => {
    throw new Trouble(`There is no file ${path}.`)
  })
  progress.begin(size / MB, 'MB')
  const file = createReadStream(path, { highWaterMark: MB })
  file.on('data', chunk => progress.advance(chunk.length / MB))
  file.pause() // the reader takes it when it is ready
  for await (const entry of readArchive(file, begin)) {
    stopping.throwIfAborted()
    yield entry
  }
}
