import type { EntityManager } from '@mikro-orm/postgresql'
import { idList } from '../graph/condition.ts'
import { presenceKey, WORKERS } from './presence.ts'

/** These are always added under a key. */
const KEYED = ['file-mail', 'deliver-webhook']

/** Gives back the jobs of workers whose process died, so that they run again at once. */
export async function takeOver(em: EntityManager): Promise<void> {
  await giveBack(em)
  await forgetReplaced(em)
}

/**
 * A job that is added again while it runs loses its key and all its tries to the new one. Where it then did not come to its
 * end, it would be told as failed for good.
 */
async function forgetReplaced(em: EntityManager): Promise<void> {
  await em.execute(
    `select from graphile_worker.complete_jobs(array(
       select id from graphile_worker.jobs
       where key is null and attempts >= max_attempts and locked_at is null and task_identifier = any(?::text[])))`,
    [idList(KEYED)],
  )
}

async function giveBack(em: EntityManager): Promise<void> {
  // First who works, then who lives: a worker says its name before it takes its first job.
  const working = await em.execute<{ locked_by: string }[]>(
    'select distinct locked_by from graphile_worker.jobs where locked_by is not null',
  )
  if (working.length === 0) return
  const alive = await em.execute<{ key: number }[]>(
    `select objid::bigint::bit(32)::int as key from pg_locks
     where locktype = 'advisory' and classid = ? and database = (select oid from pg_database where datname = current_database())`,
    [WORKERS],
  )
  const keys = new Set(alive.map(({ key }) => key))
  const dead = working.map(({ locked_by }) => locked_by).filter(worker => !keys.has(presenceKey(worker)))
  if (dead.length > 0) await em.execute('select graphile_worker.force_unlock_workers(array[?])', [dead])
}
