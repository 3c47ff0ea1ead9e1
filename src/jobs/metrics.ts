import type { MikroORM } from '@mikro-orm/postgresql'
import { Gauge, Registry } from 'prom-client'
import { countQueues } from './queues.ts'

/** What waits and what came of mails, as Prometheus reads it; counted in one statement each time it is asked. */
export function queueMetrics(orm: MikroORM, clock: () => Date): () => Promise<string> {
  const registry = new Registry()
  const gauge = (name: string, help: string) => new Gauge({ name: `plaindesk_${name}`, help, registers: [registry] })
  /** Sets what is there and forgets what is not any more. */
  const gauges = (name: string, label: string, help: string) => {
    const labelled = new Gauge({ name: `plaindesk_${name}`, help, labelNames: [label], registers: [registry] })
    return (counts: Record<string, number>) => {
      labelled.reset()
      for (const [value, count] of Object.entries(counts)) labelled.set({ [label]: value }, count)
    }
  }
  const jobs = gauges('jobs', 'state', 'Jobs by state: due, waiting for their time, failed for good.')
  const oldestJob = gauge('oldest_due_job_seconds', 'How long the oldest due job has been due.')
  const outgoing = gauges('mails', 'state', 'Mails of the last day, and all that are unsent, by state.')
  const incoming = gauges('incoming_mails', 'outcome', 'Mails that came in during the last day, by outcome.')
  const undecided = gauge('incoming_mails_undecided', 'Mails that came in and are not decided yet.')
  const oldestMail = gauge('oldest_undecided_mail_seconds', 'How long the oldest of them has not been decided.')
  const mailboxes = gauges(
    'mailbox_last_success_timestamp_seconds',
    'mailbox',
    'When a mailbox was last looked into without trouble; 0 = never.',
  )
  return async () => {
    const queues = await countQueues(orm.em, clock())
    jobs(queues.jobs)
    oldestJob.set(queues.oldestJobSeconds)
    outgoing(queues.outgoing)
    incoming(queues.incoming)
    undecided.set(queues.undecided)
    oldestMail.set(queues.oldestMailSeconds)
    mailboxes(queues.mailboxes)
    return registry.metrics()
  }
}
