// What stands in an export's manifest.json. It is written last: a folder without one is not whole.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Trouble } from '../../lib/trouble.ts'

export const MANIFEST = 'manifest.json'
const FORMAT = 'plaindesk-export'
const VERSION = 1

const table = z.object({
  name: z.string().regex(/^[a-z_]+$/),
  columns: z.array(z.string().regex(/^[a-z_0-9]+$/)),
  rows: z.number().int(),
  bytes: z.number().int(),
  /** Hex, of the file as it lies there. */
  sha256: z.string(),
})

const manifest = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  id: z.uuid(),
  madeAt: z.iso.datetime(),
  /** The schema that the rows are of. */
  migrations: z.array(z.string()),
  hasSecrets: z.boolean(),
  /** In the order in which they can be taken in. */
  tables: z.array(table),
  files: z.object({ count: z.number().int(), bytes: z.number().int() }),
  /** SHA-256 of files whose bytes were gone, or others than they had been, when it was made. */
  damaged: z.array(z.string()),
  /** The numbers that were given last. */
  sequences: z.record(z.string().regex(/^[a-z_]+$/), z.string().regex(/^\d+$/)),
})

export type Manifest = z.infer<typeof manifest>
export type TableOfManifest = z.infer<typeof table>
export const newManifest = (rest: Omit<Manifest, 'format' | 'version'>): Manifest => ({
  format: FORMAT,
  version: VERSION,
  ...rest,
})

/** The manifest of a folder; null where it has none. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => null)
  if (text === null) return null
  const read = manifest.safeParse(parsed(text))
  if (!read.success)
    throw new Trouble(
      `${join(folder, MANIFEST)} is not one that this version of Plaindesk reads: ${z.prettifyError(read.error)}`,
    )
  return read.data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export const fileOf = (folder: string, sha256: string): string => join(folder, 'files', sha256.slice(0, 2), sha256)
export const linesOf = (folder: string, { name }: Pick<TableOfManifest, 'name'>): string =>
  join(folder, `${name}.jsonl`)
