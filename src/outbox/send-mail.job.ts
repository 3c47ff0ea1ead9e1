import type { EntityManager } from '@mikro-orm/postgresql'
import type { NodemailerError } from 'nodemailer'
import type { Outbox } from './outbox.ts'
import { MailState, OutboxMail } from './outbox-mail.ts'

/** States in which there is nothing left to do: a job may run again after the mail has gone (at least once). */
const settled = [MailState.SENT, MailState.KEPT, MailState.DROPPED]
const ERROR_LENGTH = 500

/**
 * Sends one mail. A failure that may pass throws, so that the job is tried again; one that the mail server says is for
 * good, or the last try, leaves the mail `FAILED` for an admin to see.
 */
export async function sendMail(
  em: EntityManager,
  outbox: Outbox,
  id: string,
  now: Date,
  isLastTry: boolean,
): Promise<void> {
  const mail = await em.findOne(OutboxMail, id)
  if (!mail || settled.includes(mail.state)) return
  const rendered = await outbox.render(em, mail, now)
  if (!rendered || rendered.isStale) return record(em, mail, { state: MailState.DROPPED })
  if (!outbox.deliver) return record(em, mail, { state: MailState.KEPT })
  const error = await failureOf(outbox.deliver(rendered.message))
  // At once and on its own: until this row is written, a crash would send the mail a second time.
  if (!error) return record(em, mail, { state: MailState.SENT, sentAt: now, lastError: null })
  const isOver = isLastTry || isForGood(error)
  await record(em, mail, { state: isOver ? MailState.FAILED : MailState.DUE, lastError: said(error, mail) })
  if (!isForGood(error)) throw error
}

async function record(em: EntityManager, mail: OutboxMail, change: Partial<OutboxMail>): Promise<void> {
  await em.nativeUpdate(OutboxMail, mail.id, { ...change, attempts: mail.attempts + 1 })
}

async function failureOf(delivery: Promise<void>): Promise<NodemailerError | null> {
  return delivery.then(
    () => null,
    (error: NodemailerError) => error,
  )
}

/**
 * The mail server refused this recipient or this mail with 5xx. Not so where it refused us (log-in, greeting, TLS): the
 * operator puts that right, and then the mails that waited go.
 */
const isForGood = ({ code, permanent }: NodemailerError): boolean =>
  permanent === true && (code === 'EENVELOPE' || code === 'EMESSAGE')

/** What an admin reads. Servers repeat the recipient's address in their answers; logs and lists do without it. */
const said = ({ message }: NodemailerError, mail: OutboxMail): string =>
  message.replaceAll(mail.recipient, '…').slice(0, ERROR_LENGTH)
