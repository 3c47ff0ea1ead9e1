// What a subscriber is still to be told, and why they are told nothing more.
import type { Viewer } from '../people/viewer.ts'
import type { Context } from './context.ts'

/** One thing to be told. */
export interface Look {
  /** False where it cannot be anything that this viewer sees: spares asking for their rights. */
  concerns(viewer: Viewer): Promise<boolean>
  /** Reads it as whoever asks now; null where it is not theirs to see. */
  read(context: Context): Promise<object | null>
}

const sentences = {
  slow: 'more happened than was taken',
  many: 'very much changed at once',
  lost: 'the database is away',
  role: 'who asks is somebody else now',
  old: 'it was open for long',
  stopped: 'the server stops',
  left: 'nobody listens',
} as const

/** A stream that is over without anybody being refused: the client connects again, and catches up. */
export class Ended extends Error {
  constructor(readonly reason: keyof typeof sentences) {
    super(sentences[reason])
  }
}

/** Who takes less than happens is let go rather than waited for. */
export const MOST_WAITING = 1000
/**
 * What is to be looked at, in the order in which it happened. What waits already is not put down twice: whoever looks then sees
 * the newer state too.
 */
export class Backlog implements AsyncIterableIterator<Look> {
  readonly #looks = new Map<string, Look>()
  readonly #close: (end: Error | null) => void
  #wake: (() => void) | null = null
  #end: Error | 'closed' | null = null

  /** `close` is called once, at the end, with why there is one; null where nobody listens any more. */
  constructor(close: (end: Error | null) => void) {
    this.#close = close
  }

  put(key: string, look: Look): void {
    if (this.#looks.has(key)) return
    if (this.#looks.size >= MOST_WAITING) this.fail(new Ended('slow'))
    else this.#looks.set(key, look)
    this.#wake?.()
  }

  /** Forgets what waits. */
  fail(error: Error): void {
    this.#finish(error)
  }

  async next(): Promise<IteratorResult<Look, undefined>> {
    for (;;) {
      if (this.#end === 'closed') return { done: true, value: undefined }
      if (this.#end) throw this.#end
      const [first] = this.#looks
      if (first) {
        this.#looks.delete(first[0])
        return { done: false, value: first[1] }
      }
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  async return(): Promise<IteratorResult<Look, undefined>> {
    this.#finish('closed')
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #finish(end: Error | 'closed'): void {
    if (this.#end) return
    this.#end = end
    this.#looks.clear()
    this.#close(end === 'closed' ? null : end)
    this.#wake?.()
  }
}
