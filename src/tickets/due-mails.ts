// Mails about one ticket each that fall due by the clock: what the reminder and the question for a rating have in common.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Language } from '../i18n/language.ts'
import { enqueueOnce } from '../outbox/enqueue-once.ts'
import type { MailTemplate } from '../outbox/outbox-mail.ts'

/** Tickets of one statement and one transaction: a crash costs one batch, which the next run makes up for. */
export const BATCH = 200

/** Of a person `p`. Not whoever switched status notices off or left the list: the mail about leaving promises them that. */
export const takesNotices = `p.wants_status_mail and p.disabled_at is null
       and (not exists (select from membership m where m.user_id = p.id)
         or exists (select from membership m where m.user_id = p.id and m.ended_at is null))`

/** Where a batch begins: behind this ticket, in the order of `since`. */
export interface Place {
  since: Date
  ticket: string
}

/** A ticket and its requester. */
export interface Due extends Place {
  id: string
  email: string
  language: Language | null
}

interface Notice<Row extends Due> {
  template: MailTemplate
  /** Who became due earlier is left alone. */
  from: Date
  /** The next `BATCH` behind a place. */
  find(em: EntityManager, after: Place): Promise<Row[]>
  /** By which the mail is known, so that it goes once. */
  keyOf(row: Row): string
}

export async function mailDue<Row extends Due>(
  fork: () => EntityManager,
  notice: Notice<Row>,
  now: Date,
): Promise<void> {
  let place: Place | undefined = { since: notice.from, ticket: '00000000-0000-0000-0000-000000000000' }
  while (place) {
    const after: Place = place
    place = await fork().transactional(em => mailSome(em, notice, after, now))
  }
}

/** Answers the last place of a batch; undefined at the end. */
async function mailSome<Row extends Due>(
  em: EntityManager,
  { template, find, keyOf }: Notice<Row>,
  after: Place,
  now: Date,
): Promise<Place | undefined> {
  const due = await find(em, after)
  const mails = due.map(row => ({
    key: keyOf(row),
    template,
    recipient: row.email,
    language: row.language,
    rows: { user: row.id, ticket: row.ticket },
  }))
  await enqueueOnce(em, mails, now)
  return due.length < BATCH ? undefined : due.at(-1)
}
