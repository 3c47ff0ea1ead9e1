import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { extract } from 'tar-stream'
import { Trouble } from '../lib/trouble.ts'
import { counted, MANIFEST, running, SEAL } from './entries.ts'
import { type Manifest, parseManifest } from './manifest.ts'

const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

export interface ArchiveEntry {
  name: string
  size: number
  /** To be read to its end before the next entry. */
  content: AsyncIterable<Buffer>
}

/**
 * The entries after the manifest, which goes to `begin`. Refuses what is no archive of ours, what a newer program wrote,
 * and, at its end, what is not exactly what was written. Only what is being read is in memory.
 */
export async function* readArchive(
  from: Readable,
  begin: (manifest: Manifest) => unknown,
): AsyncGenerator<ArchiveEntry, void, void> {
  const tar = extract()
  const sum = running()
  let known: Manifest | null = null
  let isSealed = false
  const refusal = () => damaged(known)
  const fed = pipeline(from, createZstdDecompress(), tar)
  fed.catch(error => tar.destroy(error))
  try {
    for await (const entry of readable(tar, refusal)) {
      const { name, size = 0 } = entry.header
      if (name === SEAL) {
        isSealed = (await textOf(readable(bytesOf(entry), refusal))) === sum.seal()
        break
      }
      sum.begin(name, size)
      const content = counted(readable(bytesOf(entry), refusal), sum)
      if (known) yield { name, size, content }
      else {
        known = name === MANIFEST ? parseManifest(await textOf(content)) : null
        if (known === null) break
        await begin(known)
      }
      for await (const _ of content); // what nobody asked for still counts
    }
  } finally {
    from.destroy()
    tar.destroy()
  }
  if (!isSealed) throw damaged(known)
}

/** What zstd or tar cannot read is told from a disk that fails, and from whatever fails where an entry is put to its place. */
async function* readable<T>(chunks: AsyncIterable<T>, refusal: () => Trouble): AsyncGenerator<T> {
  try {
    yield* chunks
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? error : refusal()
  }
}

async function* bytesOf(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk
}

const damaged = (known: Manifest | null): Trouble =>
  new Trouble(
    known
      ? 'The archive is damaged or cut off: it is not what "plaindesk backup" wrote. Take another one.'
      : 'That file is no archive that "plaindesk backup" wrote, or nothing of it can be read.',
  )

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > MAX_MANIFEST_BYTES) return ''
    parts.push(chunk)
  }
  return Buffer.concat(parts).toString()
}
