// Rows are reached through the person asking: list, item, search, file and API start from these conditions and no others.
import { type EntityManager, type FilterQuery, LockMode } from '@mikro-orm/postgresql'
import { prepared } from '../database/prepared.ts'
import { allOf, anyOf, anything, asFilter, type Condition, condition, isOneOf } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { type Added, read, readOne } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { withProposals } from '../inbox/participant-proposal.ts'
import type { User } from '../people/user.ts'
import { isStaff, type Viewer } from '../people/viewer.ts'
import { Attachment } from './attachment.ts'
import { withLinks, withMerged, withRating, withSplit } from './beside.ts'
import { withDrafts } from './drafts.ts'
import { withLookers } from './lookers.ts'
import { withChoices } from './participants.ts'
import { withAgreement } from './promise.ts'
import { Ticket } from './ticket.ts'
import { MessageVisibility, TicketEventType } from './vocabulary.ts'

/**
 * The tickets that somebody with access may see: the team all; customers their own, those they take part in, and, where
 * sales let them, what their organization asked and is not private. Conditions that exclude each other, because together
 * in one they could not be followed along an index.
 */
export function waysToTickets(viewer: Viewer): Condition[] {
  if (isStaff(viewer)) return [anything]
  const { user } = signedIn(viewer)
  const own = condition('t.requester_id = ?', user.id)
  const others = condition('t.requester_id <> ?', user.id)
  const part = 'array(select ticket_id from ticket_participant where user_id = ?)'
  const partaken = viewer.takesPart ? [allOf(others, condition(`t.id = any(${part})`, user.id))] : []
  if (!user.seesOrganization || !user.organization) return [own, ...partaken]
  const rest = viewer.takesPart ? [condition(`t.id <> all(${part})`, user.id)] : []
  return [own, ...partaken, allOf(sharedIn(user.organization.id), others, ...rest)]
}

/** Whether a list of theirs may hold tickets of others. */
export const seesOthers = ({ user, takesPart }: Viewer): boolean => takesPart || user?.seesOrganization === true

/** What an organization asked, for those of its people who see all of it. A request that is held may be nobody's. */
const sharedIn = (organization: string): Condition =>
  condition('t.organization_id = ? and not t.is_private and t.hold is null', organization)

export const visibleTickets = (viewer: Viewer): Condition => anyOf(...waysToTickets(viewer))

interface Circle {
  requester: string
  organization: string | null
  participants: string[]
}

const readCircle = prepared<Circle>(
  'circle',
  `select requester_id as requester, organization_id as organization,
     array(select user_id from ticket_participant where ticket_id = t.id) as participants from ticket t where id = ?`,
)

/**
 * Whom a ticket can be visible to at all, asked once for many people: whoever it says yes to is looked at by the conditions
 * above. Never narrower than they are.
 */
export function circleOf({ em }: Context, ticket: string): (viewer: Viewer) => Promise<boolean> {
  let reading: Promise<Circle[]> | null = null
  return async viewer => {
    if (isStaff(viewer) || !viewer.user) return true
    reading ??= readCircle(em, [ticket])
    const [circle] = await reading
    const { id, organization } = viewer.user
    if (!circle) return false
    const isColleague = organization !== null && organization.id === circle.organization
    return isColleague || circle.requester === id || circle.participants.includes(id)
  }
}

/** Whoever and whatever a ticket names comes along in the one statement that reads it. */
const people = ['requester', 'assignee', 'organization', 'category'] as const

/** What else the team sees beside a ticket. */
const ofTeam = (context: Context): Added => ({
  proposals: withProposals(context),
  merged: withMerged(context),
  rating: withRating(context),
  links: withLinks(context),
  participantChoices: withChoices,
  splitFrom: withSplit(context),
  agreement: withAgreement(context),
  drafts: withDrafts(context),
  lookers: withLookers(context),
})

/** One visible ticket for showing, or null. */
export async function findTicket(context: Context, which: Condition): Promise<Ticket | null> {
  return (await findTickets(context, which))[0] ?? null
}

/** Visible tickets for showing; with the tickets that they are linked to, as far as these are visible too. */
export function findTickets(context: Context, which: Condition): Promise<Ticket[]> {
  const { em, viewer } = context
  const visible = visibleTickets(viewer)
  return read(em, Ticket, {
    where: allOf(which, visible),
    only: { followUps: visible, followUpOf: visible, mergedInto: visible },
    brings: [...people, 'participants', 'followUps', 'followUpOf', 'mergedInto'],
    adds: isStaff(viewer) ? ofTeam(context) : {},
    isPrepared: true,
  })
}

/** The ticket a mutation works on, locked until its end so that two words at once come one after the other. */
export const lockTicket = (context: Context, number: number): Promise<Ticket> => lockOne(context, { number })
export const lockTicketById = (context: Context, id: string): Promise<Ticket> => lockOne(context, { id })

/** The same, for a further ticket that somebody typed the number of in `field`. */
export async function lockNamed(context: Context, number: number, field: string): Promise<Ticket> {
  const ticket = await findLocked(context, { number })
  if (!ticket) throw new Refusal('UNKNOWN_TICKET', field)
  return ticket
}

/** Two tickets, in the order of their numbers: whoever names them the other way round does not wait for a lock of this. */
export async function lockPair(
  context: Context,
  number: number,
  other: number,
  field: string,
): Promise<[Ticket, Ticket]> {
  const isFirst = number <= other
  const before = isFirst ? null : await lockNamed(context, other, field)
  const ticket = await lockTicket(context, number)
  return [ticket, before ?? (await lockNamed(context, other, field))]
}

/** The same, for what is written to a ticket: where it was put into another, that one. */
export async function lockStaying(context: Context, number: number): Promise<Ticket> {
  const ticket = await lockTicket(context, number)
  return ticket.mergedInto ? lockTicketById(withNewTickets(context), ticket.mergedInto.id) : ticket
}

/** Merging makes people take part in a ticket while they are here; what was known of them is older. */
const withNewTickets = (context: Context): Context => ({ ...context, viewer: { ...context.viewer, takesPart: true } })

async function lockOne(context: Context, which: FilterQuery<Ticket>): Promise<Ticket> {
  const ticket = await findLocked(context, which)
  if (!ticket) throw new Refusal('NOT_FOUND')
  return ticket
}

async function findLocked({ em, viewer }: Context, which: FilterQuery<Ticket>): Promise<Ticket | null> {
  const where: FilterQuery<Ticket> = { $and: [which, asFilter<Ticket>(visibleTickets(viewer))] }
  const ticket = await em.findOne(Ticket, where, { lockMode: LockMode.PESSIMISTIC_WRITE })
  if (ticket) await em.populate(ticket, [...people, 'participants'])
  return ticket
}

/** Of the messages of visible tickets those that the viewer reads; notes never leave the team. */
export const readableMessages = (viewer: Viewer): Condition =>
  isStaff(viewer) ? anything : condition('t.visibility = ?', MessageVisibility.PUBLIC)

/** §8: what customers read of a ticket's history. */
const publicEvents = [TicketEventType.STATUS, TicketEventType.MESSAGE]
export const readableEvents = (viewer: Viewer): Condition => (isStaff(viewer) ? anything : ofTypes(publicEvents))
export const ofTypes = (types: readonly TicketEventType[]): Condition => isOneOf('t.type', types, 'ticket_event_type')

/** For messages and events by themselves: whether their ticket is visible. */
export function ofVisibleTicket(viewer: Viewer): Condition {
  const { sql, values } = visibleTickets(viewer)
  return condition(`t.ticket_id in (select t.id from ticket t where ${sql})`, ...values)
}

/** One file of a visible message, or an upload of one's own that is not attached yet. */
export function findAttachment(em: EntityManager, viewer: Viewer, id: string): Promise<Attachment | null> {
  const { user } = signedIn(viewer)
  const message = allOf(readableMessages(viewer), ofVisibleTicket(viewer))
  const isAttached = condition(`t.message_id in (select t.id from message t where ${message.sql})`, ...message.values)
  const isOwnUpload = condition('t.message_id is null and t.uploader_id = ?', user.id)
  return readOne(em, Attachment, { where: allOf(condition('t.id = ?', id), anyOf(isAttached, isOwnUpload)) })
}

/** The person behind the viewer; strangers and people without access see nothing at all. */
export function signedIn(viewer: Viewer): { user: User } {
  if (!viewer.user) throw new Refusal('UNAUTHENTICATED')
  if (viewer.access !== 'GRANTED') throw new Refusal('FORBIDDEN')
  return { user: viewer.user }
}
