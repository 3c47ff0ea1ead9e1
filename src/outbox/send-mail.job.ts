import { setTimeout as sleep } from 'node:timers/promises'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { NodemailerError } from 'nodemailer'
import { isOutage } from '../graph/failure.ts'
import { cleanLine } from '../lib/clean-text.ts'
import { countBounce, isBlocked } from './bounce.ts'
import type { Outbox } from './outbox.ts'
import { MailState, OutboxMail } from './outbox-mail.ts'

/** States in which there is something left to do: a job may run again after the mail has gone (at least once). */
const unsettled = [MailState.DUE, MailState.FAILED]
const SAID_LENGTH = 500
/** After it the job fails, and the mail goes again: whoever waits for it matters more than a second copy. */
const PATIENCE_MS = 30_000
const PAUSE_MS = 100

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
  const mail = await begin(em, id, now)
  if (!mail) return
  if (await isBlocked(em, mail.recipient))
    return record(em, mail, { state: MailState.DROPPED, droppedBecause: 'BLOCKED' })
  if (await outbox.isWithheld(em, mail))
    return record(em, mail, { state: MailState.DROPPED, droppedBecause: 'WITHHELD' })
  const rendered = await outbox.render(em, mail, now)
  if (!rendered || rendered.isStale) return record(em, mail, { state: MailState.DROPPED, droppedBecause: 'STALE' })
  if (!outbox.deliver) return record(em, mail, { state: MailState.KEPT })
  const answer = await answerOf(outbox.deliver(rendered.message))
  if (typeof answer === 'string') {
    // At once and on its own: until this row is written, a crash would send the mail a second time.
    const response = cleanLine(answer).slice(0, SAID_LENGTH)
    return untilRecorded(() => record(em, mail, { state: MailState.SENT, sentAt: now, lastError: null, response }))
  }
  const isOver = isLastTry || isForGood(answer)
  await record(em, mail, { state: isOver ? MailState.FAILED : MailState.DUE, lastError: said(answer, mail) })
  if (!isForGood(answer)) throw answer
  if (isUnknownAddress(answer)) await countBounce(em, mail.recipient, said(answer, mail), outbox.settings.current, now)
}

/** From here on the mail cannot be taken back: whoever changes the row first wins, and the other finds it changed. */
async function begin(em: EntityManager, id: string, now: Date): Promise<OutboxMail | null> {
  const begun = await em.execute<unknown[]>(
    `update outbox_mail set started_at = coalesce(started_at, ?) where id = ? and state = any(?::mail_state[]) returning 1`,
    [now, id, `{${unsettled}}`],
  )
  return begun.length > 0 ? em.findOne(OutboxMail, id) : null
}

async function record(em: EntityManager, mail: OutboxMail, change: Partial<OutboxMail>): Promise<void> {
  await em.nativeUpdate(OutboxMail, mail.id, { ...change, attempts: mail.attempts + 1 })
}

/** The mail has gone: a database that is away for a moment must not make it go again. */
async function untilRecorded(recording: () => Promise<void>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await recording()
    } catch (error) {
      if (!isOutage(error) || performance.now() > end) throw error
      await sleep(PAUSE_MS)
    }
  }
}

/** What the mail server said, or why it did not take the mail. */
const answerOf = (delivery: Promise<string>): Promise<string | NodemailerError> =>
  delivery.catch((error: NodemailerError) => error)

/**
 * The mail server refused this recipient or this mail with 5xx. Not so where it refused us (log-in, greeting, TLS): the
 * operator puts that right, and then the mails that waited go.
 */
const isForGood = ({ code, permanent }: NodemailerError): boolean =>
  permanent === true && (code === 'EENVELOPE' || code === 'EMESSAGE')

/** RFC 3463: the address itself is bad. Any other 5xx may as well be about us, such as "relaying denied". */
const isUnknownAddress = ({ message }: NodemailerError): boolean => /\b5\.1\.(1|2|3|6|10)\b/.test(message)

/** What an admin reads. Servers repeat the recipient's address in their answers; logs and lists do without it. */
const said = ({ message }: NodemailerError, mail: OutboxMail): string =>
  message.replaceAll(mail.recipient, '…').slice(0, SAID_LENGTH)
