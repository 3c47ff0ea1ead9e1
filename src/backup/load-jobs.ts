// The jobs of a backup, handed to graphile-worker by its own function, because its tables are its own affair.
import type pg from 'pg'

export const newJobs = (client: pg.Client): Promise<unknown> =>
  client.query('create temporary table restored_job (job jsonb, id bigint) on commit drop')

/** Says how many there are. Those that were tried before have so many tries less, and those that failed for good stay so. */
export async function loadJobs(client: pg.Client): Promise<number> {
  const { rowCount } = await client.query(ADD)
  await client.query(CONTINUE)
  return rowCount ?? 0
}

const ADD = `
  update restored_job set id = (graphile_worker.add_job(
    job->>'task', (job->'payload')::json, job->>'queue', (job->>'run_at')::timestamptz, (job->>'max_attempts')::int, job->>'key',
    (job->>'priority')::int, (select array_agg(flag) from jsonb_object_keys(nullif(job->'flags', 'null')) flag))).id`

const CONTINUE = `
  update graphile_worker._private_jobs j
    set attempts = (r.job->>'attempts')::int, last_error = r.job->>'last_error'
    from restored_job r where r.id = j.id and (r.job->>'attempts')::int > 0`
