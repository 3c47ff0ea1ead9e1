import type { JobPayload } from './add-job.ts'

/** What a job knows besides its payload. */
export interface Work {
  now: Date
  /** No further try follows. */
  isLastTry: boolean
}

/** A job may run again after it was done (at least once), and is tried again when it throws. */
export type Task = (payload: JobPayload, work: Work) => Promise<void>

export interface Tasks {
  list: Readonly<Record<string, Task>>
  /** When the clock starts which of them, in crontab's words, UTC. */
  crontab: string
}
