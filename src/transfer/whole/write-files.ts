import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { MissingFile } from '../../files/driver.ts'
import type { FileStore } from '../../files/store.ts'
import { fileOf } from './manifest.ts'

const ROWS_AT_ONCE = 200

interface Stored {
  storage_key: string
  sha256: string
  /** As the row says; a mail of 0 bytes is stored as a line break. */
  size: number
}

export interface WrittenFiles {
  count: number
  bytes: number
  damaged: string[]
}

/** Everything that rows say is in the file store. */
export const STORED = `
  select storage_key, sha256, size from attachment
  union all select storage_key, sha256, size from incoming_mail where storage_key is not null`

/** Writes the bytes of all files and mails below `files/`, each named by its hash, and once where several are the same. */
export async function writeFiles(
  client: pg.Client,
  files: FileStore,
  folder: string,
  onFile: () => void,
): Promise<WrittenFiles> {
  const written: WrittenFiles = { count: 0, bytes: 0, damaged: [] }
  await client.query(`declare files no scroll cursor for ${STORED}`)
  for (;;) {
    const { rows } = await client.query<Stored>(`fetch ${ROWS_AT_ONCE} from files`)
    for (const row of rows) {
      await writeFile(files, folder, row, written)
      onFile()
    }
    if (rows.length < ROWS_AT_ONCE) break
  }
  await client.query('close files')
  return written
}

async function writeFile(files: FileStore, folder: string, stored: Stored, written: WrittenFiles): Promise<void> {
  const path = fileOf(folder, stored.sha256)
  if (existsSync(path)) return
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await pipeline(
      await files.read(stored.storage_key),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk)
          bytes += chunk.length
          yield chunk
        }
      },
      createWriteStream(path, { mode: 0o600, flush: true }),
    )
  } catch (error) {
    if (!(error instanceof MissingFile)) throw error
    written.damaged.push(stored.sha256)
    return
  }
  if (stored.size > 0 && hash.digest('hex') !== stored.sha256) written.damaged.push(stored.sha256)
  written.count += 1
  written.bytes += bytes
}
