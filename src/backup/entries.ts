// The entries of an archive, in this order: the manifest, the tables, the jobs, the files, the seal.
import { createHash } from 'node:crypto'

export const MANIFEST = 'manifest.json'
export const SEAL = 'seal.json'
const TABLES = 'tables/'
const FILES = 'files/'

/** The parts of a table are so large, which is what a backup holds in memory. */
export const PART_BYTES = 4 * 1024 * 1024

export const tablePart = (table: string, part: number): string => `${TABLES}${table}/${String(part).padStart(8, '0')}`
export const jobsPart = (part: number): string => `jobs/${String(part).padStart(8, '0')}`
export const fileEntry = (key: string): string => FILES + key

export type Place =
  | { kind: 'table'; table: string }
  | { kind: 'jobs' }
  | { kind: 'file'; key: string }
  | { kind: 'other' }

/** Where an entry belongs. A file's key is one that the store gives, so no archive writes elsewhere. */
export function placeOf(entry: string): Place {
  const table = /^tables\/([^/]+)\/\d{8}$/.exec(entry)?.[1]
  if (table !== undefined) return { kind: 'table', table }
  if (/^jobs\/\d{8}$/.test(entry)) return { kind: 'jobs' }
  const key = /^files\/(\d{4}-\d\d-\d\d\/[\da-f]{2}\/[\da-f]{40})$/.exec(entry)?.[1]
  return key === undefined ? { kind: 'other' } : { kind: 'file', key }
}

/** All that is in an archive, in one hash: nothing can be changed, left out, added or moved that does not show. */
export function running() {
  const hash = createHash('sha256')
  return {
    begin: (entry: string, size: number): void => void hash.update(`${entry}\0${size}\0`),
    add: (bytes: Buffer): void => void hash.update(bytes),
    seal: (): string => JSON.stringify({ sha256: hash.digest('hex') }),
  }
}

/** The same bytes, and the sum knows of them. */
export async function* counted(chunks: AsyncIterable<Buffer>, sum: ReturnType<typeof running>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    sum.add(chunk)
    yield chunk
  }
}
