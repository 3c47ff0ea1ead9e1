import { Readable } from 'node:stream'
import type { FileStore } from '../files/store.ts'

/** Smaller ones are put several at a time: a disk or a bucket takes longer to answer than to write them. */
const SMALL_BYTES = 1024 * 1024
const AT_ONCE = 8

export function filePutter(files: FileStore) {
  const busy = new Set<Promise<void>>()
  let trouble: unknown = null

  async function begin(key: string, bytes: Buffer): Promise<void> {
    if (busy.size >= AT_ONCE) await Promise.race(busy)
    const putting = files
      .putBack(key, Readable.from([bytes], { objectMode: false }))
      .catch(error => {
        trouble ??= error
      })
      .finally(() => busy.delete(putting))
    busy.add(putting)
  }

  return {
    async put(key: string, size: number, content: AsyncIterable<Buffer>): Promise<void> {
      if (trouble) throw trouble
      if (size > SMALL_BYTES) return files.putBack(key, Readable.from(content, { objectMode: false }))
      const chunks: Buffer[] = []
      for await (const chunk of content) chunks.push(chunk)
      await begin(key, Buffer.concat(chunks))
    },
    async settled(): Promise<void> {
      await Promise.all(busy)
      if (trouble) throw trouble
    },
  }
}
