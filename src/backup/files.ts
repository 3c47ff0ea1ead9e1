// The bytes of the files in a backup.
import { createHash } from 'node:crypto'
import { MissingFile } from '../files/driver.ts'
import type { FileStore } from '../files/store.ts'
import { fileEntry } from './entries.ts'
import type { KnownFile } from './snapshot.ts'
import type { ArchiveWriter } from './write-archive.ts'

/** Up to here a file is read at once, and its length is what was read. */
const SMALL_BYTES = 8 * 1024 * 1024

/** What became of a file. */
export enum Found {
  WHOLE = 'WHOLE',
  /** Its bytes are not those that its row tells of. It is kept as it is. */
  CHANGED = 'CHANGED',
  /** Deleted since the snapshot, or lost. */
  GONE = 'GONE',
}

export async function addFile(archive: ArchiveWriter, files: FileStore, file: KnownFile): Promise<Found> {
  try {
    const hash = createHash('sha256')
    if (file.size <= SMALL_BYTES) await addSmall(archive, files, file, hash)
    else await addLarge(archive, files, file, hash)
    return file.size === 0 || hash.digest('hex') === file.sha256 ? Found.WHOLE : Found.CHANGED
  } catch (error) {
    if (error instanceof MissingFile) return Found.GONE
    throw error
  }
}

type Hash = ReturnType<typeof createHash>

async function addSmall(archive: ArchiveWriter, files: FileStore, { key }: KnownFile, hash: Hash): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of await files.read(key)) chunks.push(chunk)
  const content = Buffer.concat(chunks)
  hash.update(content)
  await archive.add(fileEntry(key), content)
}

async function addLarge(archive: ArchiveWriter, files: FileStore, { key }: KnownFile, hash: Hash): Promise<void> {
  const size = await files.size(key)
  const content = await files.read(key) // opened before the entry is begun
  await archive.stream(fileEntry(key), size, hashed(content, hash))
}

async function* hashed(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
}
