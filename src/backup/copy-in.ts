import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

export interface CopyIn {
  write(content: AsyncIterable<Buffer>): Promise<void>
  /** Says how many rows came. */
  end(): Promise<number>
}

/** Begins a COPY … FROM STDIN; the connection is its own until `end`. */
export function copyIn(client: pg.Client, sql: string): CopyIn {
  const stream = client.query(copyFrom(sql))
  const done = finished(stream)
  const broken = done.then(() => new Promise<never>(() => {}))
  broken.catch(() => {})
  return {
    async write(content) {
      for await (const chunk of content) if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), broken])
    },
    async end() {
      stream.end()
      await done
      return stream.rowCount
    },
  }
}
