import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * graphile-worker's waits grow to six hours. No job waits longer than a quarter of an hour for its next try: a mail
 * server that was away for a day gets its mails soon after it is back, spread over some minutes.
 */
export async function hasten(em: EntityManager): Promise<void> {
  await em.execute(`
    select from graphile_worker.reschedule_jobs(
      array(
        select id from graphile_worker.jobs
        where locked_at is null and attempts between 1 and max_attempts - 1 and run_at > now() + interval '15 minutes'
      ),
      run_at => now() + random() * interval '10 minutes'
    )`)
}
