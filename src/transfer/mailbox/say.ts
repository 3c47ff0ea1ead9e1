// What a mail of the past says on its ticket, or on a new one: a customer's word, the team's answer, or a note.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Content } from '../../inbox/content.ts'
import type { Inbox } from '../../inbox/inbox.ts'
import { languageOfText } from '../../inbox/language-of-text.ts'
import { isOurs } from '../../inbox/our-address.ts'
import type { MailAddress, MailFacts } from '../../inbox/reading/mail-facts.ts'
import { normalizeAddress } from '../../lib/email-address.ts'
import { personOfAddress } from '../../people/addresses.ts'
import { findOrCreateContact } from '../../people/contact.ts'
import type { User } from '../../people/user.ts'
import type { Message } from '../../tickets/message.ts'
import { letTakePart, readersOf } from '../../tickets/participants.ts'
import { type MessageDetails, Ticket } from '../../tickets/ticket.ts'
import { TicketStatus } from '../../tickets/ticket-status.ts'
import { TicketEventType } from '../../tickets/vocabulary.ts'
import type { Place } from './thread.ts'

export interface Word {
  sender: User
  place: Place | null
  content: Content
  details: MessageDetails
}

export async function say(inbox: Inbox, em: EntityManager, facts: MailFacts, word: Word): Promise<Message> {
  const { sender, place, content, details } = word
  if (place && facts.kind === 'automatic') return place.ticket.keepAutomatic(sender, content.text, details)
  const customers = await customersOf(inbox, em, facts)
  if (place) return onPlace(place, customers, word)
  const [customer] = customers
  if (sender.isTeam && customer) return firstOfTeam(em, customer, word)
  const ticket = Ticket.open(sender, content.subject, content.text, { ...details, proven: true })
  ticket.beginUnder(null)
  return only(ticket)
}

/** An agent's mail is an answer where a customer got it. The quotation in it stays in the original, as at the door. */
function onPlace(
  { ticket, isAnswer }: Place,
  customers: readonly Customer[],
  { sender, content, details }: Word,
): Message {
  const { text } = content
  if (!sender.isTeam) {
    letTakePart(ticket, sender, sender, details.now)
    return ticket.comment(sender, text, details)
  }
  const addresses = new Set(readersOf(ticket).map(({ email }) => email))
  if (!isAnswer && !customers.some(({ email }) => addresses.has(email))) return ticket.note(sender, text, details)
  const mail = details.mail && { ...details.mail, folded: '' }
  return ticket.answer(sender, text, TicketStatus.WAITING, { ...details, ...(mail ? { mail } : {}) })
}

/** The team wrote first: the ticket is its reader's. */
async function firstOfTeam(
  em: EntityManager,
  { email, name }: Customer,
  { sender, content, details }: Word,
): Promise<Message> {
  const { now } = details
  const requester = await findOrCreateContact(em, { email, name, language: languageOfText(content.text), now })
  const ticket = Ticket.around(requester, content.subject, details.channel, now)
  ticket.requesterProven = true
  ticket.record(TicketEventType.CREATED, sender, now)
  return ticket.answer(sender, content.text, TicketStatus.WAITING, details)
}

interface Customer {
  email: string
  name: string
}

/** Whom it went to, without ourselves and the team. */
async function customersOf({ config }: Inbox, em: EntityManager, { to, cc }: MailFacts): Promise<Customer[]> {
  const customers: Customer[] = []
  for (const { address, name } of [...to, ...cc].slice(0, MOST) satisfies MailAddress[]) {
    const email = normalizeAddress(address)
    if (email === null || isOurs(email, config)) continue
    const person = await personOfAddress(em, email)
    if (!person?.isTeam) customers.push({ email: person?.email ?? email, name })
  }
  return customers
}

/** A mail to half the world has no customers. */
const MOST = 20

function only(ticket: Ticket): Message {
  const [message] = ticket.messages
  if (!message) throw new Error('a new ticket has no message')
  return message
}
