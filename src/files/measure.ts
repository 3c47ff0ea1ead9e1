import { createHash } from 'node:crypto'
import { detectType, SAMPLE_BYTES } from './detect.ts'

/** What is learnt of a file while it streams by: size, hash and, from its beginning, the type. */
export class Measure {
  /** Bytes so far. */
  size = 0
  /** Set by whoever breaks the file off because it is too large. */
  isOverLimit = false
  readonly #hash = createHash('sha256')
  readonly #beginning: Buffer[] = []

  add(chunk: Buffer): void {
    if (this.size < SAMPLE_BYTES) this.#beginning.push(Buffer.from(chunk.subarray(0, SAMPLE_BYTES - this.size)))
    this.size += chunk.length
    this.#hash.update(chunk)
  }

  /** Once, at the end. */
  async result(): Promise<{ size: number; sha256: string; contentType: string }> {
    const contentType = await detectType(Buffer.concat(this.#beginning))
    return { size: this.size, sha256: this.#hash.digest('hex'), contentType }
  }
}
