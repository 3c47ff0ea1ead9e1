// A mail's line in the ledger, as its headers tell it and as doors read it.
import { cleanLine } from '../lib/clean-text.ts'
import type { Envelope, Outcome, Receipt } from './door.ts'
import { identityOf } from './identity.ts'
import type { Inbox } from './inbox.ts'
import { IncomingMail, MailDoor, type MailOutcome } from './incoming-mail.ts'
import type { MailFacts } from './reading/mail-facts.ts'

/** In characters. A real one has 254 at most; what is longer fits in no index. */
const LONGEST_ADDRESS = 500

/** A row as the headers tell it, not yet saved. */
export function newRow(
  { clock }: Inbox,
  facts: MailFacts,
  size: number,
  sha256: string,
  storageKey: string | null,
  envelope: Envelope,
): IncomingMail {
  const mail = new IncomingMail(MailDoor[envelope.door], storable(envelope), size, sha256, storageKey, clock())
  mail.messageId = facts.messageId
  mail.identity = identityOf(mail)
  mail.fromAddress = facts.from?.address.toLowerCase().slice(0, LONGEST_ADDRESS).toWellFormed() ?? null
  mail.fromName = facts.from?.name ?? ''
  mail.replyTo = otherAddress(facts)
  mail.subject = facts.subject
  return mail
}

/** No column takes a NUL. */
function storable({ door, from, to, client }: Envelope): Envelope {
  return {
    door,
    from: from === null ? null : cleanLine(from),
    to: to.map(cleanLine),
    client: client && { ...client, helo: cleanLine(client.helo) },
  }
}

/** Answers that would go to somebody else than the author are worth a look. */
function otherAddress({ from, replyTo }: MailFacts): string | null {
  const other = replyTo.find(({ address }) => address.toLowerCase() !== from?.address.toLowerCase())
  return other?.address ?? null
}

export const receiptOf = ({ id, outcome, reason }: IncomingMail): Receipt => ({
  mail: id,
  outcome: outcome && outcomeWord(outcome),
  reason,
})

const words: Record<MailOutcome, Outcome> = {
  APPENDED: 'appended',
  CREATED: 'created',
  FOLLOWED_UP: 'followed-up',
  HELD: 'held',
  REFUSED: 'refused',
  DUPLICATE: 'duplicate',
  AUTOMATIC: 'automatic',
  BOUNCE: 'bounce',
  LOOP: 'loop',
  UNREADABLE: 'unreadable',
}

/** As programs read it: `followed-up`. */
export const outcomeWord = (outcome: MailOutcome): Outcome => words[outcome]
