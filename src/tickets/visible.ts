// Rows are reached through the person asking: list, item, search, file and API start from these conditions and no others.
import { type EntityManager, type FilterQuery, LockMode, raw } from '@mikro-orm/postgresql'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import type { User } from '../people/user.ts'
import { isStaff, type Viewer } from '../people/viewer.ts'
import { Attachment } from './attachment.ts'
import { Message } from './message.ts'
import { Ticket } from './ticket.ts'
import { MessageVisibility, TicketEventType } from './vocabulary.ts'

/** The tickets that somebody with access may see: the team all, customers their own and those they take part in. */
export function visibleTickets(viewer: Viewer): FilterQuery<Ticket> {
  if (isStaff(viewer)) return {}
  const { user } = signedIn(viewer)
  const isRequester: FilterQuery<Ticket> = { requester: user.id }
  if (!viewer.takesPart) return isRequester
  // An array makes PostgreSQL combine two indexes; a plain subquery would not.
  const takesPart = raw(
    alias => `${alias}.id = any(array(select ticket_id from ticket_participant where user_id = ?))`,
    [user.id],
  )
  return { $or: [isRequester, { [takesPart]: [] }] } as FilterQuery<Ticket>
}

/** Everybody named on a ticket comes along in the one statement that reads it. */
const people = ['requester', 'assignee', 'organization', 'category'] as const

/** One visible ticket, or null. */
export function findTicket(
  { em, viewer }: Context,
  where: { number: number } | { id: string },
): Promise<Ticket | null> {
  return em.findOne(Ticket, { $and: [where, visibleTickets(viewer)] } as FilterQuery<Ticket>, {
    populate: [...people, 'participants', 'followUps', 'followUpOf'],
    strategy: 'joined',
  })
}

/** The ticket a mutation works on, locked until its end so that two words at once come one after the other. */
export async function lockTicket(context: Context, number: number): Promise<Ticket> {
  const { em, viewer } = context
  const where = { $and: [{ number }, visibleTickets(viewer)] } as FilterQuery<Ticket>
  const ticket = await em.findOne(Ticket, where, { lockMode: LockMode.PESSIMISTIC_WRITE })
  if (!ticket) throw new Refusal('NOT_FOUND')
  await em.populate(ticket, [...people, 'participants'])
  return ticket
}

/** The messages of visible tickets; notes never leave the team. */
export function visibleMessages(viewer: Viewer): FilterQuery<Message> {
  return isStaff(viewer) ? {} : { visibility: MessageVisibility.PUBLIC }
}

/** §8: what customers read of a ticket's history. */
export const publicEvents = [TicketEventType.STATUS, TicketEventType.MESSAGE]

/** One file of a visible message, or an upload of one's own that is not attached yet. */
export function findAttachment(em: EntityManager, viewer: Viewer, id: string): Promise<Attachment | null> {
  const { user } = signedIn(viewer)
  // For the team both rules are empty, and an empty branch would be left out of the `or`.
  const isAttached = { id: { $ne: null } }
  const attached = { message: { $and: [isAttached, visibleMessages(viewer), { ticket: visibleTickets(viewer) }] } }
  return em.findOne(Attachment, {
    id,
    $or: [attached, { message: null, uploader: user.id }],
  } as FilterQuery<Attachment>)
}

/** The person behind the viewer; strangers and people without access see nothing at all. */
export function signedIn(viewer: Viewer): { user: User } {
  if (!viewer.user) throw new Refusal('UNAUTHENTICATED')
  if (viewer.access !== 'GRANTED') throw new Refusal('FORBIDDEN')
  return { user: viewer.user }
}
