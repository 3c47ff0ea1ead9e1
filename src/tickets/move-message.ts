// A message that came to the wrong ticket, as mails do, is put where it belongs.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { Role, type User } from '../people/user.ts'
import { Message } from './message.ts'
import { recordBoth } from './record-both.ts'
import { stand } from './stand.ts'
import { Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'
import { lockNamed } from './visible.ts'
import { TicketEventType } from './vocabulary.ts'

/** Moves it; `number` null = to a new ticket of its author. Both tickets tell of it, and stand as their messages say. */
export async function moveMessage(context: Context, message: Message, from: Ticket, number: number | null, by: User) {
  const { em, now } = context
  if ((await em.count(Message, { ticket: from })) === 1) throw new Refusal('ONLY_MESSAGE', 'message')
  const to = number === null ? newTicketOf(message, from, now) : await openTicket(context, number)
  if (to === from) return to
  em.persist(to)
  await em.flush() // the number is the database's
  message.ticket = to
  recordBoth(from, to, TicketEventType.MOVED, by, now)
  from.updatedAt = to.updatedAt = now
  await em.flush()
  if (message.mailId) await em.execute('update incoming_mail set ticket_id = ? where id = ?', [to.id, message.mailId])
  await stand(context, from)
  await stand(context, to)
  if (!message.isNote && message.author?.role === Role.CUSTOMER && to.status !== TicketStatus.NEW)
    to.moveTo(TicketStatus.OPEN, by, now)
  return to
}

async function openTicket(context: Context, number: number): Promise<Ticket> {
  const ticket = await lockNamed(context, number, 'number')
  if (ticket.isClosed) throw new Refusal('UNKNOWN_TICKET', 'number')
  return ticket
}

function newTicketOf({ author, createdAt }: Message, from: Ticket, now: Date): Ticket {
  // The team's words stay about its customer.
  const requester = author && !author.isTeam ? author : from.requester
  const ticket = Ticket.around(requester, from.subject, now)
  ticket.category = from.category
  ticket.isPrivate = from.isPrivate
  ticket.requesterProven = !ticket.requester.isContact
  ticket.lastMessageAt = createdAt
  return ticket
}
