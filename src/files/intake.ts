import { Readable } from 'node:stream'
import type { Config } from '../config.ts'
import { Refusal, type RefusalCode, type RefusalDetails } from '../graph/refusal.ts'
import { cleanFilename } from '../lib/filename.ts'
import { Measure } from './measure.ts'
import type { FileStore } from './store.ts'
import { ScanResult, type StoredFile } from './stored-file.ts'

const MB = 1024 * 1024

export interface IntakeOptions {
  files: FileStore
  config: Pick<Config, 'maxUploadMb' | 'maxFiles' | 'maxTotalMb' | 'clamdUrl'>
  /** The input field that refusals point at. */
  field: string
  /** Where fewer are taken than `MAX_FILES`. */
  maxFiles?: number
}

/**
 * Takes in the files of one message, by whichever door, and keeps the limits while they stream. A refused file is read
 * to its end and thrown away, so that what follows it in the same stream is still seen; from the first refusal on
 * nothing more is stored.
 */
export class Intake {
  readonly refusals: Refusal[] = []
  readonly #options: IntakeOptions
  readonly #taking: Promise<StoredFile | null>[] = []
  readonly #keys: string[] = []
  #total = 0

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** Resolves when the file is stored or refused; rejects where it could not be read or stored. */
  async take(name: string, content: Readable): Promise<void> {
    const taking = this.#take(cleanFilename(name), content)
    this.#taking.push(taking)
    await taking
  }

  /** The stored files in the order they came; none where anything was refused. */
  async finish(): Promise<StoredFile[]> {
    const files = await Promise.all(this.#taking)
    if (this.refusals.length === 0) return files.filter(file => file !== null)
    await this.discard()
    return []
  }

  /** Removes all that was stored, also what is only now being stored. A second time is fine. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#taking)
    await Promise.allSettled(this.#keys.splice(0).map(key => this.#options.files.delete(key)))
  }

  async #take(filename: string, content: Readable): Promise<StoredFile | null> {
    const { config, maxFiles = config.maxFiles } = this.#options
    const isOneTooMany = this.#taking.length >= maxFiles
    if (isOneTooMany) this.#refuse('TOO_MANY_FILES', { count: maxFiles })
    const stored = isOneTooMany ? null : await this.#store(filename, content)
    content.resume()
    return stored
  }

  async #store(filename: string, content: Readable): Promise<StoredFile | null> {
    const measure = new Measure()
    const chunks = this.#withinLimits(content, measure, filename)
    try {
      const storageKey = await (this.refusals.length > 0 ? drain(chunks) : this.#put(chunks))
      if (measure.size === 0) this.#refuse('EMPTY_FILE', { filename })
      if (storageKey === null || measure.size === 0) return null
      const scan = this.#options.config.clamdUrl ? ScanResult.PENDING : ScanResult.CLEAN
      return { filename, storageKey, scan, ...(await measure.result()) }
    } catch (error) {
      if (measure.isOverLimit) return null
      throw error
    }
  }

  async #put(chunks: AsyncIterable<Buffer>): Promise<string> {
    const key = await this.#options.files.put(Readable.from(chunks, { objectMode: false }))
    this.#keys.push(key)
    return key
  }

  /** Lets a file through while it and all together are small enough; else breaks off, which undoes the storing. */
  async *#withinLimits(content: Readable, measure: Measure, filename: string): AsyncGenerator<Buffer> {
    const { maxUploadMb, maxTotalMb } = this.#options.config
    for await (const chunk of content.iterator({ destroyOnReturn: false })) {
      measure.add(chunk)
      this.#total += chunk.length
      measure.isOverLimit = measure.size > maxUploadMb * MB || this.#total > maxTotalMb * MB
      if (measure.size > maxUploadMb * MB) {
        this.#total -= measure.size // it will be left out next time, so it is not held against the others
        throw this.#refuse('FILE_TOO_LARGE', { filename, max: maxUploadMb })
      }
      if (measure.isOverLimit) throw this.#refuse('FILES_TOO_LARGE', { max: maxTotalMb })
      yield chunk
    }
  }

  /** The same complaint is made once: two files of one name, or each file after the total is reached. */
  #refuse(code: RefusalCode, details: RefusalDetails): Refusal {
    const known = this.refusals.find(one => one.code === code && one.details.filename === details.filename)
    const refusal = known ?? new Refusal(code, this.#options.field, details)
    if (!known) this.refusals.push(refusal)
    return refusal
  }
}

async function drain(chunks: AsyncIterable<Buffer>): Promise<null> {
  for await (const _ of chunks);
  return null
}
