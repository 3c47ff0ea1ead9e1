import type { EntityManager } from '@mikro-orm/postgresql'

/** A job that was tried as often as it may be. */
export interface FailedJobRow {
  id: string
  name: string
  attempts: number
  failedAt: string
  error: string | null
}

// A mail whose last try failed is listed as a mail, not as its job too.
const FAILED = `
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  where j.attempts >= j.max_attempts and j.locked_at is null
    and not (t.identifier = 'send-mail' and exists (
      select from outbox_mail m where m.id::text = j.payload->>'mail' and m.state = 'FAILED'))`

/** The jobs that failed for good, newest first. */
export const failedJobs = (em: EntityManager, limit: number): Promise<FailedJobRow[]> =>
  em.execute<FailedJobRow[]>(
    `select j.id::text as id, t.identifier as name, j.attempts, j.updated_at as "failedAt", left(j.last_error, 2000) as error
     ${FAILED} order by j.updated_at desc, j.id desc limit ${limit}`,
  )

/** Gives failed jobs all their tries anew, at once; `id` = only that one. Says how many there were. */
export async function runFailed(em: EntityManager, id: string | null): Promise<number> {
  const run = await em.execute<unknown[]>(
    `select id from graphile_worker.reschedule_jobs(
       array(select j.id ${FAILED} and (?::bigint is null or j.id = ?::bigint) limit 5000), run_at => now(), attempts => 0)`,
    [id, id],
  )
  return run.length
}

/** Forgets failed jobs about these mails, because new ones send them. */
export async function dropFailedMailJobs(em: EntityManager, mails: readonly string[]): Promise<void> {
  await em.execute(
    `select from graphile_worker.complete_jobs(array(
       select j.id from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where t.identifier = 'send-mail' and j.attempts >= j.max_attempts and j.locked_at is null
         and j.payload->>'mail' = any(?::text[])))`,
    [`{${mails.join(',')}}`],
  )
}
