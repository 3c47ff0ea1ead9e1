// The raw mail: kept before anything else is tried, read back whenever it is looked at again.
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FileStore } from '../files/store.ts'
import { slices } from '../lib/slices.ts'
import type { IncomingMail } from './incoming-mail.ts'

export const sha256Of = (raw: Buffer): string => createHash('sha256').update(raw).digest('hex')

/** An empty mail is stored too: the store takes no empty file, so a line break stands for it. */
const EMPTY = Buffer.from('\r\n')

export const keepRaw = (files: FileStore, raw: Buffer): Promise<string> =>
  files.put(Readable.from(slices(raw.length === 0 ? EMPTY : raw), { objectMode: false }))

/** In bytes, as the store has it. */
export const storedSize = ({ size }: Pick<IncomingMail, 'size'>): number => size || EMPTY.length

/** Read into one buffer of the known size: collected and joined, a large mail would be in memory three times. */
export async function readRaw(
  files: FileStore,
  { storageKey, size }: Pick<IncomingMail, 'storageKey' | 'size'>,
): Promise<Buffer> {
  if (storageKey === null) return Buffer.alloc(0)
  const raw = Buffer.allocUnsafeSlow(storedSize({ size }))
  let length = 0
  for await (const chunk of await files.read(storageKey)) length += chunk.copy(raw, length)
  return raw.subarray(0, length)
}

const LONGEST_HEADERS = 256 * 1024

/** The header lines with the empty line after them, for what is decided before the whole mail is read. */
export function headersOf(raw: Buffer): Buffer {
  const head = raw.subarray(0, LONGEST_HEADERS)
  const end = head.toString('latin1').search(/\r?\n\r?\n|\r\r/)
  return Buffer.concat([end < 0 ? head : head.subarray(0, end), Buffer.from('\r\n\r\n')])
}
