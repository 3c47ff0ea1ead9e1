import type { EntityManager } from '@mikro-orm/postgresql'
import type { Language } from '../i18n/language.ts'
import { addJob, type JobOptions } from '../jobs/add-job.ts'
import { type MailRows, type MailTemplate, OutboxMail } from './outbox-mail.ts'

/** Somebody with an account or known by address; structurally a `User`. */
interface Person {
  id: string
  email: string
  language: Language | null
}

/** An address that is not, or no longer, the one of the user the mail is about. */
interface Address {
  address: string
  language: Language | null
}

/**
 * Writes a mail and its job in the caller's transaction: rolled back, neither exists; committed, the mail goes out
 * whatever happens to this process. `rows.user` is filled in where the recipient is a person. Nothing is sent here,
 * and nothing by the job before `delaySeconds` are over.
 */
export async function enqueueMail(
  em: EntityManager,
  template: MailTemplate,
  recipient: Person | Address,
  rows: MailRows,
  now: Date,
  when: Pick<JobOptions, 'delaySeconds' | 'priority'> = {},
): Promise<OutboxMail> {
  const isPerson = 'id' in recipient
  const address = isPerson ? recipient.email : recipient.address
  const about = isPerson ? { ...rows, user: recipient.id } : rows
  const mail = new OutboxMail(template, address, recipient.language ?? 'en', about, now)
  em.persist(mail)
  await addJob(em, 'send-mail', { mail: mail.id }, when)
  return mail
}
