import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import type { Language } from '../i18n/language.ts'
import { enqueueOnce } from '../outbox/enqueue-once.ts'

const DAY = 86_400_000
const BATCH = 200
/** Who is asked later than this has forgotten; and when asking is switched on, nobody gets a heap. */
const LATEST_DAYS = 7

interface Due {
  ticket: string
  done_at: Date
  id: string
  email: string
  language: Language | null
}

/** Asks requesters of tickets that have been done for SATISFACTION_DAYS how they found it, once a ticket. */
export async function askRating(
  fork: () => EntityManager,
  { satisfactionDays }: Pick<Config, 'satisfactionDays'>,
  now: Date,
): Promise<void> {
  if (satisfactionDays === 0) return
  const before = new Date(now.getTime() - satisfactionDays * DAY)
  let after: Pick<Due, 'done_at' | 'ticket'> | undefined = {
    done_at: new Date(before.getTime() - LATEST_DAYS * DAY),
    ticket: '00000000-0000-0000-0000-000000000000',
  }
  while (after) {
    const start: Pick<Due, 'done_at' | 'ticket'> = after
    after = await fork().transactional(em => askSome(em, before, start, now))
  }
}

/** Asks about the tickets that come next, and answers the last of them; undefined at the end. */
async function askSome(
  em: EntityManager,
  before: Date,
  after: Pick<Due, 'done_at' | 'ticket'>,
  now: Date,
): Promise<Due | undefined> {
  const due = await em.execute<Due[]>(
    `select t.id as ticket, t.done_at, p.id, p.email, p.language
     from ticket t join person p on p.id = t.requester_id
     where t.done_at is not null and (t.done_at, t.id) > (?, ?::uuid) and t.done_at < ?
       and t.status in ('DONE', 'CLOSED') and t.hold is null and t.merged_into_id is null
       and t.first_response_at is not null and t.requester_proven
       and p.role = 'CUSTOMER' and p.wants_status_mail and p.disabled_at is null
       and (not exists (select from membership m where m.user_id = p.id)
         or exists (select from membership m where m.user_id = p.id and m.ended_at is null))
     order by t.done_at, t.id limit ${BATCH}`,
    [after.done_at, after.ticket, before],
  )
  const mails = due.map(({ ticket, id, email, language }) => ({
    key: `satisfaction ${ticket}`,
    template: 'satisfaction' as const,
    recipient: email,
    language,
    rows: { user: id, ticket },
  }))
  await enqueueOnce(em, mails, now)
  return due.length < BATCH ? undefined : due.at(-1)
}
