import type pg from 'pg'
import type { FileStore } from '../../files/store.ts'
import type { Directory } from './directory.ts'
import type { Entry } from './entries.ts'
import type { Teller } from './report.ts'
import type { Setting } from './rows.ts'
import type { Topics } from './topics.ts'

/** What an import of a history stands on. */
export interface Ground {
  client: pg.Client
  store: FileStore
  clamdUrl: string | null
  folder: string
  source: string
  now: Date
  isDry: boolean
  directory: Directory
  topics: Topics
  teller: Teller
  /** Writes the import down in the admin log, once, as soon as there is something to tell. */
  record: () => Promise<void>
  /** Of a dry run: numbers and tickets that would be there by now. */
  imagined: { numbers: Set<number>; tickets: Set<string> }
}

/** What is left of a line: a new ticket, or messages that a known one has not. */
export interface Part extends Entry {
  ticketId: string | null
}

/** A batch that only has to be written. */
export interface Prepared {
  parts: readonly Part[]
  found: Pick<Setting, 'people' | 'categories' | 'files'>
}
