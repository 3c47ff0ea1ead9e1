import { fork, type Inbox } from '../inbox.ts'
import { IncomingMail, MailOutcome } from '../incoming-mail.ts'
import type { MailFacts } from '../reading/mail-facts.ts'
import { weigh } from './weigh.ts'

/**
 * Product §6, "Answers at SMTP time": whoever may not write is told so before the mail is taken, as long as the answer
 * reaches the author and nobody else. Everything else is decided later.
 */
export async function refuseAtTheDoor(inbox: Inbox, mail: IncomingMail, head: MailFacts, raw: Buffer): Promise<void> {
  if (head.kind !== 'person' || head.from === null) return
  const em = fork(inbox)
  const { decision } = await weigh(inbox, em, mail, head, raw)
  if (decision.is === 'refused') {
    mail.outcome = MailOutcome.REFUSED
    mail.reason = decision.reason
    mail.handledAt = inbox.clock()
    mail.identity = null
  }
  const { outcome, reason, handledAt, identity, proof, match, verdict } = mail
  const found = { outcome, reason, handledAt, identity, proof, match, verdict }
  await em.nativeUpdate(IncomingMail, { id: mail.id, outcome: null }, found)
}
