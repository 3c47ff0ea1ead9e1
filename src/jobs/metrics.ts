import type { MikroORM } from '@mikro-orm/postgresql'
import { Gauge, Registry } from 'prom-client'

interface Queues {
  due: number
  waiting: number
  failed: number
  oldest_seconds: number
  mails: Record<string, number>
  mailboxes: Record<string, number>
}

/** Queue lengths, the age of the oldest job that is due, and unsent mails; one statement each time it is asked. */
export function queueMetrics(orm: MikroORM, clock: () => Date): () => Promise<string> {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const jobs = gauge('plaindesk_jobs', 'Jobs by state: due, waiting for their time, failed for good.', ['state'])
  const oldest = gauge('plaindesk_oldest_due_job_seconds', 'How long the oldest due job has been due.')
  const mails = gauge('plaindesk_mails', 'Mails of the last day, and all that are unsent, by state.', ['state'])
  const mailboxes = gauge(
    'plaindesk_mailbox_last_success_timestamp_seconds',
    'When a mailbox was last looked into without trouble; 0 = never.',
    ['mailbox'],
  )
  return async () => {
    const [found] = await orm.em.fork().execute<[Queues]>(COUNT, Array(4).fill(clock()))
    jobs.set({ state: 'due' }, found.due)
    jobs.set({ state: 'waiting' }, found.waiting)
    jobs.set({ state: 'failed' }, found.failed)
    oldest.set(found.oldest_seconds)
    mails.reset()
    for (const [state, count] of Object.entries(found.mails)) mails.set({ state }, count)
    mailboxes.reset()
    for (const [mailbox, time] of Object.entries(found.mailboxes)) mailboxes.set({ mailbox }, time)
    return registry.metrics()
  }
}

const COUNT = `
  select
    (count(*) filter (where attempts < max_attempts and run_at <= ?))::int as due,
    (count(*) filter (where attempts < max_attempts and run_at > ?))::int as waiting,
    (count(*) filter (where attempts >= max_attempts and locked_at is null))::int as failed,
    coalesce(extract(epoch from ?::timestamptz - min(run_at) filter (where attempts < max_attempts)), 0)::float as oldest_seconds,
    (select coalesce(jsonb_object_agg(state, n), '{}') from (
      select state, count(*) as n from outbox_mail where created_at > ?::timestamptz - interval '1 day' or state in ('DUE', 'FAILED') group by state
    ) m) as mails,
    (select coalesce(jsonb_object_agg(name, coalesce(extract(epoch from last_success_at), 0)), '{}') from mailbox) as mailboxes
  from graphile_worker.jobs`
