import type { Readable } from 'node:stream'
import type { DriverContract } from 'flydrive/types'

/** Bytes `start` to `end` of a file, both included. */
export interface ByteRange {
  start: number
  end: number
}

/** What the store needs beyond flydrive's drivers: a part of a file, and the remains of broken uploads gone. */
export interface RangedDriver extends DriverContract {
  /** Opens the file before it answers, so a missing one is known before any header is sent. */
  getRange(key: string, range?: ByteRange): Promise<Readable>
  dropDrafts(before: Date): Promise<void>
}

/** A row speaks of a file that is not there. A bug or a lost disk, so it has no code that could be read as "try later". */
export class MissingFile extends Error {
  constructor(key: string) {
    super(`The stored file ${key} is missing.`)
  }
}
