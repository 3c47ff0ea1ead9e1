// A ticket in which two things are spoken of becomes two, and one again.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import type { User } from '../people/user.ts'
import { carry } from './carry.ts'
import { pair } from './links.ts'
import { newcomers, putInto } from './merge.ts'
import { Message } from './message.ts'
import { readersOf } from './participants.ts'
import { recordBoth } from './record-both.ts'
import { restore, stand, standingOf, stands } from './stand.ts'
import { Ticket } from './ticket.ts'
import { TicketLink } from './ticket-link.ts'
import { TicketSplit } from './ticket-split.ts'
import { TicketStatus } from './ticket-status.ts'
import { MessageVisibility, TicketEventType } from './vocabulary.ts'

/** Makes a ticket of its own of some messages, with their files. `from` has to be locked, authors have to be there. */
export async function split(
  context: Context,
  from: Ticket,
  messages: readonly Message[],
  subject: string,
  by: User,
): Promise<Ticket> {
  const { em, now } = context
  await checkMayLeave(context, from, messages)
  if (messages.every(({ isNote }) => isNote)) throw new Refusal('ONLY_NOTES', 'messages')
  const before = standingOf(from)
  const ticket = ticketOf(messages, from, subject, now)
  em.persist(ticket)
  await em.flush() // the number is the database's
  await carry(context, messages, ticket)
  recordBoth(from, ticket, TicketEventType.SPLIT, by, now)
  from.updatedAt = now
  await stand(context, from, by)
  await stand(context, ticket, by)
  em.create(TicketLink, { ...pair(from, ticket), createdAt: now, createdBy: by })
  em.create(TicketSplit, {
    ticket,
    source: from,
    standings: { before, source: standingOf(from), ticket: standingOf(ticket) },
    people: readersOf(ticket).map(({ id }) => id),
    splitAt: now,
    splitBy: by,
    undoneAt: null,
  })
  return ticket
}

/**
 * Puts back whatever is on the new ticket now, which points to the old one from then on as a merged one does, and can be
 * parted from it again. Where nobody said or decided anything since, the old one stands as before.
 */
export async function unsplit(context: Context, { ticket, source, ...record }: Undoing, by: User): Promise<void> {
  const { em, now } = context
  const { standings, people } = record.split
  const isUnchanged = stands(source, standings.source) && stands(ticket, standings.ticket)
  if (source.isClosed && !isUnchanged) throw new Refusal('TICKET_CLOSED', 'number')
  const authors = await em.find(Message, { ticket, createdAt: { $gt: record.split.splitAt } }, { populate: ['author'] })
  const wrote = new Set(authors.map(({ author }) => author?.id))
  const joining = newcomers(ticket, source).filter(({ id }) => wrote.has(id) || !people.includes(id))
  const merging = await putInto(context, ticket, source, by, joining)
  await em.nativeDelete(TicketLink, pair(ticket, source))
  record.split.undoneAt = now
  if (!isUnchanged) return
  restore(source, standings.before, by, now)
  merging.standings = { ...merging.standings, merged: standingOf(source) }
}

interface Undoing {
  split: TicketSplit
  ticket: Ticket
  source: Ticket
}

/** Customers find something on every ticket of theirs. */
export async function checkMayLeave(
  { em }: Context,
  from: Ticket,
  messages: readonly Message[],
  field = 'messages',
): Promise<void> {
  const leaving = messages.filter(({ isNote }) => !isNote)
  const said = await em.count(Message, { ticket: from, visibility: MessageVisibility.PUBLIC })
  if (leaving.length > 0 && said === leaving.length) throw new Refusal('ONLY_MESSAGE', field)
}

/** Of whoever wrote the first; the team's words stay about its customer. Who reads it: who read it before, or wrote in it. */
function ticketOf(messages: readonly Message[], from: Ticket, subject: string, now: Date): Ticket {
  const authors = messages.flatMap(({ author }) => (author && !author.isTeam ? [author] : []))
  const first = messages[0]?.author
  const requester = first && !first.isTeam ? first : from.requester
  const isTheirs = requester === from.requester
  const ticket = Ticket.around(requester, subject, messages[0]?.channel ?? from.channel, now)
  const others = [...(isTheirs ? from.participants.getItems() : []), ...authors].filter(each => each !== requester)
  ticket.participants.set([...new Set(others)])
  const { category, priority, assignee, isPrivate, hold } = from
  Object.assign(ticket, { category, priority, assignee, isPrivate, hold })
  if (isTheirs) ticket.organization = from.organization
  ticket.requesterProven = isTheirs ? from.requesterProven : !requester.isContact
  beginAs(ticket, messages, from)
  return ticket
}

/** New where the team has not spoken in it; else it stands as the old one, unless the customer has the last word. */
function beginAs(ticket: Ticket, messages: readonly Message[], from: Ticket): void {
  const said = messages.filter(({ isNote }) => !isNote)
  const answer = said.find(({ author }) => author?.isTeam)
  if (!answer) return
  ticket.firstResponseAt = answer.createdAt
  const isAnswered = said.at(-1)?.author?.isTeam === true
  const isOver = from.status === TicketStatus.DONE || from.status === TicketStatus.CLOSED
  ticket.status = !isAnswered ? TicketStatus.OPEN : isOver ? TicketStatus.DONE : TicketStatus.WAITING
  ticket.doneAt = ticket.status === TicketStatus.DONE ? (from.doneAt ?? ticket.createdAt) : null
}
