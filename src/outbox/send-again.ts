import type { EntityManager } from '@mikro-orm/postgresql'
import { addJobs } from '../jobs/add-job.ts'
import { dropFailedMailJobs } from '../jobs/failed.ts'
import { MailState, OutboxMail } from './outbox-mail.ts'

/** Mails that were given up, newest first. */
export const failedMails = (em: EntityManager, limit: number): Promise<OutboxMail[]> =>
  em.find(OutboxMail, { state: MailState.FAILED }, { orderBy: { createdAt: 'desc', id: 'desc' }, limit })

/** Sends mails that were given up once more, with all their tries; `id` = only that one. Says how many there were. */
export async function sendAgain(em: EntityManager, id: string | null): Promise<number> {
  const due = await em.execute<{ id: string }[]>(
    `update outbox_mail set state = 'DUE' where id in (
       select id from outbox_mail where state = 'FAILED' and (?::uuid is null or id = ?::uuid) limit 5000 for update)
     returning id`,
    [id, id],
  )
  const mails = due.map(mail => mail.id)
  if (mails.length === 0) return 0
  await dropFailedMailJobs(em, mails)
  await addJobs(
    em,
    'send-mail',
    mails.map(mail => ({ mail })),
  )
  return mails.length
}
