// A mail whose content stays outside: its row is written all the same, and its sender hears of it where that is safe.

import type { Envelope, Receipt } from './door.ts'
import { fork, type Inbox } from './inbox.ts'
import { type IncomingMail, MailOutcome } from './incoming-mail.ts'
import { languageOfText } from './language-of-text.ts'
import { newRow, receiptOf } from './new-row.ts'
import { headersOf, sha256Of } from './raw-mail.ts'
import type { MailFacts } from './reading/mail-facts.ts'
import { readMail } from './reading/read-mail.ts'
import { tellTooLarge } from './tell-refused.ts'
import { soleAuthor } from './weighing/sole-author.ts'
import { judge } from './weighing/verdict.ts'

export async function keepHeaders(
  inbox: Inbox,
  start: Buffer,
  size: number,
  envelope: Envelope,
  reason: 'too-large' | 'failing',
): Promise<Receipt> {
  const headers = headersOf(start)
  const facts = await readMail(headers, envelope.from)
  const mail = newRow(inbox, facts, size, sha256Of(start), null, envelope)
  // What is refused for its size at the door comes again when it is smaller; in a mailbox it lies and waits.
  mail.outcome = envelope.door === 'IMAP' ? MailOutcome.HELD : MailOutcome.REFUSED
  mail.reason = reason === 'too-large' ? 'TOO_LARGE' : 'FAILING'
  mail.handledAt = mail.receivedAt
  mail.identity = null
  const em = fork(inbox)
  em.persist(mail)
  await em.flush()
  if (reason === 'too-large' && envelope.door === 'IMAP') await tell(inbox, mail, facts, headers, envelope)
  return receiptOf(mail)
}

/** By SMTP the 552 tells it. Without the content no signature can be checked: only our own mail server's word counts. */
async function tell(
  inbox: Inbox,
  mail: IncomingMail,
  facts: MailFacts,
  raw: Buffer,
  envelope: Envelope,
): Promise<void> {
  const { kind, subject } = facts
  const author = soleAuthor(facts, raw)
  if (author === null || kind !== 'person') return
  const { proof } = await judge({ raw, author, envelope, door: envelope.door }, inbox.config, inbox.resolver)
  if (proof !== 'AUTHENTICATED') return
  await tellTooLarge(fork(inbox), { address: author, language: languageOfText(subject), mail: mail.id }, inbox.clock())
}
