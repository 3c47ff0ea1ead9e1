import type { EntityManager } from '@mikro-orm/postgresql'

/** Ids only, as a job reads what it needs when it runs; or what somebody typed that nobody may look up while they wait. */
export type JobPayload = Readonly<Record<string, string>>

/** A payload as it comes out of the queue; what is no text in it, such as the schedule's own mark, is left out. */
export const payloadOf = (payload: unknown): JobPayload =>
  Object.fromEntries(
    Object.entries(Object(payload)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )

/** At most a quarter of an hour apart (hasten.job.ts), so a server that is away is waited for during five days. */
const MAX_ATTEMPTS = 480

export interface JobOptions {
  /** Not before so many seconds from now, by the database's clock: those of several machines may differ. */
  delaySeconds?: number
  /** A job that still waits under the same key is replaced. */
  jobKey?: string
  maxAttempts?: number
  /** Of jobs that are due the lowest comes first; 0 unless told. */
  priority?: number
  /** Jobs of one queue run one after the other, so that together they never take more than one place of a worker. */
  queueName?: string
}

/** Adds a job in the transaction that `em` is in: rolled back, it never was; committed, it runs whatever dies meanwhile. */
export async function addJob(
  em: EntityManager,
  name: string,
  payload: JobPayload,
  options: JobOptions = {},
): Promise<void> {
  const { delaySeconds = 0, jobKey = null, maxAttempts = MAX_ATTEMPTS } = options
  const { priority = 0, queueName = null } = options
  await em.execute(
    `select from graphile_worker.add_job(?, ?::json, run_at => now() + ? * interval '1 second', job_key => ?, max_attempts => ?, priority => ?, queue_name => ?)`,
    [name, JSON.stringify(payload), delaySeconds, jobKey, maxAttempts, priority, queueName],
  )
}

/** The same for many at once. */
export async function addJobs(em: EntityManager, name: string, payloads: readonly JobPayload[]): Promise<void> {
  await em.execute(
    'select graphile_worker.add_job(?, payload, max_attempts => ?) from json_array_elements(?::json) payload',
    [name, MAX_ATTEMPTS, JSON.stringify(payloads)],
  )
}
