// Tickets that belong together by the word of the team. Customers never learn of it.
import type { Context } from '../graph/context.ts'
import type { User } from '../people/user.ts'
import { recordBoth } from './record-both.ts'
import type { Ticket } from './ticket.ts'
import { TicketLink } from './ticket-link.ts'
import { TicketEventType } from './vocabulary.ts'

/** Already so means no change. Both have to be locked. */
export async function link(context: Context, one: Ticket, other: Ticket, by: User): Promise<void> {
  const { em, now } = context
  if (await em.findOne(TicketLink, pair(one, other))) return
  em.create(TicketLink, { ...pair(one, other), createdAt: now, createdBy: by })
  recordBoth(one, other, TicketEventType.LINKED, by, now)
}

export async function unlink(context: Context, one: Ticket, other: Ticket, by: User): Promise<void> {
  const { em, now } = context
  const known = await em.findOne(TicketLink, pair(one, other))
  if (!known) return
  em.remove(known)
  recordBoth(one, other, TicketEventType.UNLINKED, by, now)
}

export const pair = (one: Ticket, other: Ticket) =>
  one.id < other.id ? { older: one, newer: other } : { older: other, newer: one }
