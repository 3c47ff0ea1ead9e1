import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import type { Language } from '../i18n/language.ts'
import { enqueueOnce } from '../outbox/enqueue-once.ts'

const DAY = 86_400_000
const BATCH = 200
/** A reminder that is later than this is none: after a long stand, or when reminders are switched on, nobody gets a heap. */
const LATEST_DAYS = 14

interface Due {
  ticket: string
  waits_since: Date
  phase: string
  id: string
  email: string
  language: Language | null
}

/**
 * Reminds requesters of a question that they have left without a word for REMIND_DAYS, once each time that a ticket
 * begins to wait. Not whoever switched status notices off or left the list: the mail about leaving promises them that.
 */
export async function remindWaiting(
  fork: () => EntityManager,
  { remindDays }: Pick<Config, 'remindDays'>,
  now: Date,
): Promise<void> {
  if (remindDays === 0) return
  const before = new Date(now.getTime() - remindDays * DAY)
  let after: Pick<Due, 'waits_since' | 'ticket'> | undefined = {
    waits_since: new Date(before.getTime() - LATEST_DAYS * DAY),
    ticket: '00000000-0000-0000-0000-000000000000',
  }
  while (after) {
    const start: Pick<Due, 'waits_since' | 'ticket'> = after
    after = await fork().transactional(em => remindSome(em, before, start, now))
  }
}

/** Reminds of the tickets that come next, and answers the last of them; undefined at the end. */
async function remindSome(
  em: EntityManager,
  before: Date,
  after: Pick<Due, 'waits_since' | 'ticket'>,
  now: Date,
): Promise<Due | undefined> {
  const due = await em.execute<Due[]>(
    `select t.id as ticket, t.queue_since as waits_since, e.id as phase, p.id, p.email, p.language
     from ticket t
     join person p on p.id = t.requester_id
     cross join lateral (
       select id, created_at from ticket_event where ticket_id = t.id and type = 'STATUS' and "to" = 'WAITING'
       order by created_at desc, id desc limit 1
     ) e
     where t.status = 'WAITING' and t.hold is null and t.is_answered
       and (t.queue_since, t.id) > (?, ?::uuid) and t.queue_since < ? and e.created_at < ?
       and p.wants_status_mail and p.disabled_at is null
       and (not exists (select from membership m where m.user_id = p.id)
         or exists (select from membership m where m.user_id = p.id and m.ended_at is null))
     order by t.queue_since, t.id limit ${BATCH}`,
    [after.waits_since, after.ticket, before, before],
  )
  const mails = due.map(({ ticket, phase, id, email, language }) => ({
    key: `reminder ${phase}`,
    template: 'reminder' as const,
    recipient: email,
    language,
    rows: { user: id, ticket },
  }))
  await enqueueOnce(em, mails, now)
  return due.length < BATCH ? undefined : due.at(-1)
}
