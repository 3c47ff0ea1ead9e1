// What becomes of a mail, decided once. The steps are safe to repeat: a mail becomes at most one message, and its outcome is
// written last.
import type { EntityManager } from '@mikro-orm/postgresql'
import { isOutage } from '../graph/failure.ts'
import { Message } from '../tickets/message.ts'
import { addFileJob, BEHIND } from './add-file-job.ts'
import { byMachine } from './by-machine.ts'
import { byPerson } from './by-person.ts'
import { type End, endOfMessage } from './end.ts'
import { excerptOf } from './excerpt.ts'
import { fork, type Inbox } from './inbox.ts'
import { IncomingMail, MailOutcome } from './incoming-mail.ts'
import { readRaw } from './raw-mail.ts'
import type { MailFacts } from './reading/mail-facts.ts'
import { readMail } from './reading/read-mail.ts'

const ERROR_LENGTH = 500

export interface Filed {
  mail: IncomingMail
  facts: MailFacts
  message: Message | null
}

/** Seconds until the next try, where database or file store were away. */
const AFTER_OUTAGE = 60

/** As a job. An outage uses up no try: however long it lasts, no mail is set aside for it. */
export async function fileInTurn(inbox: Inbox, id: string, isLastTry: boolean): Promise<void> {
  try {
    await fileMail(inbox, id, isLastTry)
  } catch (error) {
    if (!isOutage(error)) throw error
    await addFileJob(fork(inbox), { id }, { delaySeconds: AFTER_OUTAGE, priority: BEHIND })
  }
}

/** Files one mail; null where there is no such mail. Done already is fine. Throws where it is worth another try. */
export async function fileMail(inbox: Inbox, id: string, isLastTry: boolean): Promise<Filed | null> {
  const em = fork(inbox)
  const mail = await em.findOne(IncomingMail, id, { populate: ['chosenTicket', 'acceptedBy', 'ticket'] })
  if (!mail) return null
  const raw = await readRaw(inbox.files, mail)
  const facts = await readMail(raw, mail.envelope.from)
  if (mail.outcome !== null) return { mail, facts, message: await messageOf(em, mail) }
  try {
    const end = await endOf(inbox, em, mail, facts, raw, isLastTry)
    await conclude(inbox, em, mail, facts, end)
    inbox.after?.('concluded')
    return { mail, facts, message: end.message }
  } catch (error) {
    if (isOutage(error)) throw error
    await note(inbox, mail, facts, error, isLastTry)
    if (isLastTry) return { mail, facts, message: null }
    throw error
  }
}

export const messageOf = (em: EntityManager, { id }: IncomingMail): Promise<Message | null> =>
  em.findOne(Message, { mailId: id }, { populate: ['ticket'] })

async function endOf(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  raw: Buffer,
  isLastTry: boolean,
): Promise<End> {
  // A crash after the message was written, and before this was noted.
  const message = await messageOf(em, mail)
  if (message) return endOfMessage(message)
  // What an agent let in counts as a person's.
  const machine = mail.acceptedBy || mail.chosenTicket ? null : await byMachine(inbox, em, mail, facts, raw)
  return machine ?? byPerson(inbox, em, mail, facts, raw, isLastTry)
}

/** Written once: whoever comes second changes nothing. */
async function conclude(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  end: End,
): Promise<void> {
  mail.kind = facts.kind
  mail.excerpt = excerptOf(facts)
  mail.outcome = end.outcome
  mail.reason = end.reason
  mail.ticket = end.ticket
  mail.handledAt = inbox.clock()
  mail.lastError = null
  // Refused, it may come again, once its sender has an account.
  if (end.outcome === MailOutcome.REFUSED) mail.identity = null
  const { kind, excerpt, outcome, reason, handledAt, identity, proof, match, verdict } = mail
  const found = { kind, excerpt, outcome, reason, handledAt, identity, proof, match, verdict, lastError: null }
  await em.nativeUpdate(IncomingMail, { id: mail.id, outcome: null }, { ...found, ticket: end.ticket?.id ?? null })
}

async function note(
  inbox: Inbox,
  mail: IncomingMail,
  facts: MailFacts,
  error: unknown,
  isLastTry: boolean,
): Promise<void> {
  const { log, clock } = inbox
  log.error({ err: error, mail: mail.id }, 'a mail was not filed')
  const lastError = (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH)
  const attempts = mail.attempts + 1
  const { kind } = facts
  const excerpt = excerptOf(facts)
  const { verdict, proof } = mail
  if (isLastTry) Object.assign(mail, { outcome: MailOutcome.HELD, reason: 'FAILED', handledAt: clock() })
  const { outcome, reason, handledAt } = mail
  await fork(inbox).nativeUpdate(
    IncomingMail,
    { id: mail.id, outcome: null },
    { kind, excerpt, attempts, lastError, verdict, proof, outcome, reason, handledAt },
  )
}
