import { once } from 'node:events'
import type { Response } from 'express'
import { Ended } from '../graph/backlog.ts'

/** A reader who takes nothing for so long is let go. */
const STALL_MS = 60_000
/** So long a stream lives; whoever follows connects again. */
export const LIFE_MS = 3_600_000

/** One open answer: what goes out, when it has gone out, and its end. */
export class Outlet {
  readonly #control = new AbortController()
  readonly #life = setTimeout(() => this.end(new Ended('old')), LIFE_MS).unref()
  #going: PromiseWithResolvers<void> | null = null

  constructor(
    readonly res: Response,
    readonly onClose: () => void,
  ) {
    res.once('close', () => this.end(new Ended('left')))
    this.signal.addEventListener('abort', () => this.#going?.reject(this.signal.reason))
  }

  get signal(): AbortSignal {
    return this.#control.signal
  }

  end(why: Ended): void {
    if (!this.signal.aborted) this.#control.abort(why)
  }

  /** What is told next has gone out: nobody makes more before, so that a slow reader costs no memory. */
  gone(): Promise<void> {
    const going = Promise.withResolvers<void>()
    going.promise.catch(() => {}) // whoever told it may not wait any more
    this.#going = going
    if (this.signal.aborted) going.reject(this.signal.reason)
    return going.promise
  }

  /** Sends what comes to its end. */
  async send(chunks: AsyncIterable<string>): Promise<void> {
    const { res } = this
    res.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform', // nobody compresses it, and so nobody collects it
      'X-Accel-Buffering': 'no',
    })
    res.flushHeaders()
    try {
      for await (const chunk of chunks) {
        if (!res.write(chunk)) await this.#drained()
        if (chunk.startsWith('event: next')) this.#going?.resolve()
      }
      res.end()
    } catch (error) {
      this.#breakOff(error)
    } finally {
      this.close()
    }
  }

  close(): void {
    clearTimeout(this.#life)
    this.end(new Ended('left'))
    this.onClose()
  }

  /** Without the `complete` of the protocol, by which clients know that they are to connect again. */
  #breakOff(error: unknown): void {
    const why = this.signal.aborted ? this.signal.reason : error
    if (this.res.writableNeedDrain) this.res.destroy()
    else this.res.end(why instanceof Ended ? `: ${why.message}\n\n` : '')
    if (!(why instanceof Ended)) throw why
  }

  async #drained(): Promise<void> {
    const stalled = setTimeout(() => this.end(new Ended('slow')), STALL_MS)
    try {
      await once(this.res, 'drain', { signal: this.signal })
    } finally {
      clearTimeout(stalled)
    }
  }
}
