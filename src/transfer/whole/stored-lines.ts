// Rows that say where the file store has something: in another store it lies elsewhere.
import { createReadStream, existsSync } from 'node:fs'
import { z } from 'zod'
import type { FileStore } from '../../files/store.ts'
import { Trouble } from '../../lib/trouble.ts'
import { fileOf } from './manifest.ts'

const stored = z.looseObject({ storage_key: z.string().nullable(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
export type StoredRow = z.infer<typeof stored>

export const readStored = (line: string): StoredRow => stored.parse(JSON.parse(line))

/** Puts the row's bytes into the store and answers the row with their new place. What was gone before stays gone. */
export async function store(
  files: FileStore,
  folder: string,
  line: string,
  damaged: ReadonlySet<string>,
): Promise<string> {
  const row = readStored(line)
  const path = fileOf(folder, row.sha256)
  if (row.storage_key === null || (damaged.has(row.sha256) && !existsSync(path))) return line
  if (!existsSync(path)) throw new Trouble(`${path} is missing.`)
  return JSON.stringify({ ...row, storage_key: await files.put(createReadStream(path)) })
}
