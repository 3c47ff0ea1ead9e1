// Which ticket a mail belongs to. A signed reference cannot be forged; a number can, so it counts only for somebody who
// takes part in that ticket.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Environment } from '../../config.ts'
import { messageIdKey, parseMessageId } from '../../outbox/message-id.ts'
import { Role, type User } from '../../people/user.ts'
import { Ticket } from '../../tickets/ticket.ts'
import { MailMatch } from '../incoming-mail.ts'
import type { MailFacts } from '../reading/mail-facts.ts'
import { parseReplyAddress } from '../reply-address.ts'

export interface Match {
  ticket: Ticket
  by: MailMatch
  /** Whether the sender may write to it. */
  takesPart: boolean
  /** It went to the address by which agents answer the customer. */
  isAnswer: boolean
}

/** What a reference of ours names. */
interface Told {
  ticket: Ticket
  /** The mail's row in the outbox; null for the beginning of a thread. */
  mail: string | null
}

/** Subjects are written by people: this many numbers are looked at. */
const MOST_NUMBERS = 5

/** H15, product §6. `recipients` are the envelope's. Null = it belongs to none. */
export async function ticketOfMail(
  em: EntityManager,
  mail: Pick<MailFacts, 'inReplyTo' | 'references' | 'to' | 'cc' | 'subject'>,
  recipients: readonly string[],
  sender: User | null,
  config: Environment,
): Promise<Match | null> {
  const tag = tagOf([...recipients, ...[...mail.to, ...mail.cc].map(({ address }) => address)], config)
  const told = await byReference(em, mail, config)
  const found = told?.ticket ?? (tag && (await em.findOne(Ticket, { number: tag.ticket }, brings)))
  if (found) {
    const isTagged = tag?.ticket === found.number
    const ticket = await placeOf(em, found, told?.mail ?? null, sender)
    const by = isTagged ? MailMatch.ADDRESS : MailMatch.REFERENCE
    return { ticket, by, takesPart: isPartOf(ticket, sender), isAnswer: isTagged && tag.kind === 'answer' }
  }
  if (!sender) return null
  for (const number of numbersIn(mail.subject)) {
    const numbered = await em.findOne(Ticket, { number }, brings)
    const ticket = numbered && (await staying(em, numbered))
    if (ticket && isPartOf(ticket, sender)) return { ticket, by: MailMatch.NUMBER, takesPart: true, isAnswer: false }
  }
  return null
}

/** Agents take part in all tickets. Sales only read them, and staff without a password is not let in yet (§3). */
export function isPartOf(ticket: Ticket, sender: User | null): boolean {
  if (sender === null) return false
  if (sender.isTeam) return sender.role !== Role.SALES && !sender.isContact
  return ticket.requester.id === sender.id || ticket.participants.getItems().some(({ id }) => id === sender.id)
}

/**
 * Where the message is now that a mail of ours told of: it may have been moved since, or split off. Whoever takes no part
 * there answers the ticket that they were told of.
 */
async function placeOf(em: EntityManager, told: Ticket, mail: string | null, sender: User | null): Promise<Ticket> {
  const before = await staying(em, told)
  const now = mail && (await ticketToldOf(em, mail))
  return now && (isPartOf(now, sender) || !isPartOf(before, sender)) ? now : before
}

async function ticketToldOf(em: EntityManager, mail: string): Promise<Ticket | null> {
  const [row] = await em.execute<{ ticket_id: string }[]>(
    `select m.ticket_id from outbox_mail o join message m on m.id = (o.rows->>'message')::uuid where o.id = ?`,
    [mail],
  )
  return row ? em.findOne(Ticket, row.ticket_id, brings) : null
}

/** Where a ticket was put into another, that one; a ticket that others were put into is never put into one itself. */
const staying = async (em: EntityManager, ticket: Ticket): Promise<Ticket> =>
  ticket.mergedInto ? em.findOneOrFail(Ticket, ticket.mergedInto.id, brings) : ticket

const brings = { populate: ['participants', 'requester'] } as const

/** What is answered comes first, then what it goes back to, the nearest before the farthest. */
async function byReference(
  em: EntityManager,
  { inReplyTo, references }: Pick<MailFacts, 'inReplyTo' | 'references'>,
  { sessionSecret }: Environment,
): Promise<Told | null> {
  const key = messageIdKey(sessionSecret)
  for (const id of [...inReplyTo, ...references.toReversed()]) {
    const { ticket = null, part = '' } = parseMessageId(id, key) ?? {}
    const found = ticket && (await em.findOne(Ticket, ticket, brings))
    if (found) return { ticket: found, mail: part.includes('-') ? part : null }
  }
  return null
}

function tagOf(addresses: readonly string[], config: Environment) {
  for (const address of addresses) {
    const tag = parseReplyAddress(address, config)
    if (tag) return tag
  }
  return null
}

/** `[#10042]`, also where a gateway lost the brackets or the mark: `#10042`, `[10042]`. */
export function numbersIn(subject: string): number[] {
  const numbers = [...subject.matchAll(/\[#?\s?(\d{5,9})\]|#(\d{5,9})\b/g)].map(([, one, two]) => Number(one ?? two))
  return [...new Set(numbers)].slice(0, MOST_NUMBERS)
}
