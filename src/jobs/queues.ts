import type { EntityManager } from '@mikro-orm/postgresql'

/** What waits, and for how long. */
export interface Queues {
  jobs: { due: number; waiting: number; failed: number }
  /** How long the oldest due job has been due. */
  oldestJobSeconds: number
  /** Mails of ours by state: those of the last day, and all that are unsent. */
  outgoing: Record<string, number>
  /** Mails of the last day that came in, by outcome. */
  incoming: Record<string, number>
  /** Mails that came in and are not decided yet, and for how long the oldest of them has not been. */
  undecided: number
  oldestMailSeconds: number
  /** When each mailbox was last looked into without trouble, as Unix time; 0 = never. */
  mailboxes: Record<string, number>
}

/** Counts them, in one statement. */
export async function countQueues(em: EntityManager, now: Date): Promise<Queues> {
  const [found] = await em.fork().execute<[{ queues: Queues }]>(COUNT, [now])
  return found.queues
}

const COUNT = `
  with clock as (select ?::timestamptz as now),
  job as (
    select
      count(*) filter (where attempts < max_attempts and run_at <= now) as due,
      count(*) filter (where attempts < max_attempts and run_at > now) as waiting,
      count(*) filter (where attempts >= max_attempts and locked_at is null) as failed,
      greatest(extract(epoch from max(now) - min(run_at) filter (where attempts < max_attempts)), 0) as oldest
    from graphile_worker.jobs, clock
  ),
  outgoing as (
    select state, count(*) as n from outbox_mail, clock
    where created_at > now - interval '1 day' or state in ('DUE', 'FAILED') group by state
  ),
  incoming as (
    select outcome, count(*) as n from incoming_mail, clock
    where received_at > now - interval '1 day' and outcome is not null group by outcome
  ),
  undecided as (
    select count(*) as n, extract(epoch from max(now) - min(received_at)) as oldest
    from incoming_mail, clock where outcome is null
  )
  select jsonb_build_object(
    'jobs', jsonb_build_object('due', job.due, 'waiting', job.waiting, 'failed', job.failed),
    'oldestJobSeconds', coalesce(job.oldest, 0),
    'outgoing', (select coalesce(jsonb_object_agg(state, n), '{}') from outgoing),
    'incoming', (select coalesce(jsonb_object_agg(outcome, n), '{}') from incoming),
    'undecided', undecided.n,
    'oldestMailSeconds', coalesce(undecided.oldest, 0),
    'mailboxes', (select coalesce(jsonb_object_agg(name, coalesce(extract(epoch from last_success_at), 0)), '{}') from mailbox)
  ) as queues
  from job, undecided`
