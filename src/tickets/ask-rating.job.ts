import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { BATCH, type Due, mailDue, type Place, takesNotices } from './due-mails.ts'

const DAY = 86_400_000
/** Who is asked later than this has forgotten; and when asking is switched on, nobody gets a heap. */
const LATEST_DAYS = 7

/** Asks requesters of tickets that have been done for SATISFACTION_DAYS how they found it, once a ticket. */
export async function askRating(
  fork: () => EntityManager,
  { satisfactionDays }: Pick<Config, 'satisfactionDays'>,
  now: Date,
): Promise<void> {
  if (satisfactionDays === 0) return
  const before = new Date(now.getTime() - satisfactionDays * DAY)
  const from = new Date(before.getTime() - LATEST_DAYS * DAY)
  const find = (em: EntityManager, after: Place) => doneBefore(em, before, after)
  await mailDue(fork, { template: 'satisfaction', from, find, keyOf: ({ ticket }) => `satisfaction ${ticket}` }, now)
}

const doneBefore = (em: EntityManager, before: Date, after: Place): Promise<Due[]> =>
  em.execute<Due[]>(
    `select t.id as ticket, t.done_at as since, p.id, p.email, p.language
     from ticket t join person p on p.id = t.requester_id
     where t.done_at is not null and (t.done_at, t.id) > (?, ?::uuid) and t.done_at < ?
       and t.status in ('DONE', 'CLOSED') and t.hold is null and t.merged_into_id is null
       and t.first_response_at is not null and t.requester_proven
       and p.role = 'CUSTOMER' and ${takesNotices}
     order by t.done_at, t.id limit ${BATCH}`,
    [after.since, after.ticket, before],
  )
