import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import { pack } from 'tar-stream'
import { counted, running, SEAL } from './entries.ts'

export interface ArchiveWriter {
  add(entry: string, content: Buffer): Promise<void>
  /** With as many bytes as told. */
  stream(entry: string, size: number, content: AsyncIterable<Buffer>): Promise<void>
  /** Seals it and waits until all is written. */
  finish(): Promise<void>
}

/** A tar file, compressed by zstd; only what is being written is in memory. */
export function writeArchive(to: Writable): ArchiveWriter {
  const tar = pack()
  const sum = running()
  const level = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
  const written = pipeline(
    async function* () {
      yield* tar
    },
    createZstdCompress(level),
    to,
  )
  const broken = written.then(() => new Promise<never>(() => {})) // rejects where the disk is full or the reader is gone
  broken.catch(error => tar.destroy(error))

  async function write(entry: string, size: number, content: AsyncIterable<Buffer>): Promise<void> {
    const sink = tar.entry({ name: entry, size, mode: 0o600, mtime: new Date(0) })
    sink.on('error', () => {}) // whoever waits hears of it
    const taken = once(sink, 'finish')
    taken.catch(() => {})
    for await (const chunk of content) if (!sink.write(chunk)) await Promise.race([once(sink, 'drain'), broken])
    sink.end(undefined)
    await Promise.race([taken, broken])
  }

  function stream(entry: string, size: number, content: AsyncIterable<Buffer>): Promise<void> {
    sum.begin(entry, size)
    return write(entry, size, counted(content, sum))
  }

  return {
    add: (entry, content) => stream(entry, content.length, only(content)),
    stream,
    async finish() {
      const seal = Buffer.from(sum.seal())
      await write(SEAL, seal.length, only(seal))
      tar.finalize()
      await written
    },
  }
}

async function* only(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}
