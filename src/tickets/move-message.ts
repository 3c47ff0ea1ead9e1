// A message that came to the wrong ticket, as mails do, is put where it belongs.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import type { User } from '../people/user.ts'
import { carry } from './carry.ts'
import type { Message } from './message.ts'
import { letTakePart } from './participants.ts'
import { recordBoth } from './record-both.ts'
import { checkMayLeave, split } from './split.ts'
import { keepWaiting, stand } from './stand.ts'
import type { Ticket } from './ticket.ts'
import { lockNamed } from './visible.ts'
import { TicketEventType } from './vocabulary.ts'

/**
 * Moves it; `number` null = to a new ticket of its author. Both tickets tell of it, and stand as their messages say. A
 * customer who wrote it takes part where it is, or they could not read their own words any more.
 */
export async function moveMessage(
  context: Context,
  message: Message,
  from: Ticket,
  number: number | null,
  by: User,
): Promise<Ticket> {
  const { now } = context
  await checkMayLeave(context, from, [message], 'message')
  if (number === null) return split(context, from, [message], from.subject, by)
  const to = await openTicket(context, number)
  if (to === from) return to
  const isAsked = !message.isNote && message.author?.isTeam === false
  if (isAsked && message.author) letTakePart(to, message.author, by, now)
  await carry(context, [message], to)
  recordBoth(from, to, TicketEventType.MOVED, by, now)
  from.updatedAt = to.updatedAt = now
  const wasWaiting = from.unansweredSince === null || message.createdAt >= from.unansweredSince
  await stand(context, from, by)
  if (!message.isNote && !isAsked) to.unansweredSince = null // an answer to what is asked there
  await stand(context, to, by)
  if (isAsked && wasWaiting) keepWaiting(to, message.createdAt, by, now)
  return to
}

async function openTicket(context: Context, number: number): Promise<Ticket> {
  const ticket = await lockNamed(context, number, 'number')
  if (ticket.isClosed || ticket.hold) throw new Refusal('UNKNOWN_TICKET', 'number')
  return ticket
}
