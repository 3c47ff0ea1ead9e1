import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { BATCH, type Due, mailDue, type Place, takesNotices } from './due-mails.ts'

const DAY = 86_400_000
/** A reminder that is later than this is none: after a long stand, or when reminders are switched on, nobody gets a heap. */
const LATEST_DAYS = 14

interface Waiting extends Due {
  /** The event by which it began to wait. */
  phase: string
}

/**
 * Reminds requesters of a question that they have left without a word for REMIND_DAYS, once each time that a ticket
 * begins to wait.
 */
export async function remindWaiting(
  fork: () => EntityManager,
  { remindDays }: Pick<Config, 'remindDays'>,
  now: Date,
): Promise<void> {
  if (remindDays === 0) return
  const before = new Date(now.getTime() - remindDays * DAY)
  const from = new Date(before.getTime() - LATEST_DAYS * DAY)
  const find = (em: EntityManager, after: Place) => waitingSince(em, before, after)
  await mailDue(fork, { template: 'reminder', from, find, keyOf: ({ phase }) => `reminder ${phase}` }, now)
}

const waitingSince = (em: EntityManager, before: Date, after: Place): Promise<Waiting[]> =>
  em.execute<Waiting[]>(
    `select t.id as ticket, t.queue_since as since, e.id as phase, p.id, p.email, p.language
     from ticket t
     join person p on p.id = t.requester_id
     cross join lateral (
       select id, created_at from ticket_event where ticket_id = t.id and type = 'STATUS' and "to" = 'WAITING'
       order by created_at desc, id desc limit 1
     ) e
     where t.status = 'WAITING' and t.hold is null and t.is_answered
       and (t.queue_since, t.id) > (?, ?::uuid) and t.queue_since < ? and e.created_at < ? and ${takesNotices}
     order by t.queue_since, t.id limit ${BATCH}`,
    [after.since, after.ticket, before, before],
  )
