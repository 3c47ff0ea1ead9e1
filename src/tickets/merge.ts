// Two tickets about one thing become one, and can be parted again. Replies to either number land at the one that stays.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import type { User } from '../people/user.ts'
import { carry } from './carry.ts'
import { moveDrafts } from './drafts.ts'
import { Message } from './message.ts'
import { readersOf } from './participants.ts'
import { recordBoth } from './record-both.ts'
import { keepWaiting, restore, stand, standingOf, stands } from './stand.ts'
import type { Ticket } from './ticket.ts'
import { TicketMerge } from './ticket-merge.ts'
import { statusAfter, TicketStatus } from './ticket-status.ts'
import { TicketEventType } from './vocabulary.ts'

/** Who takes part in the one and not yet in the other. */
export function newcomers(source: Ticket, target: Ticket): User[] {
  const known = new Set(readersOf(target).map(({ id }) => id))
  return readersOf(source).filter(({ id }) => !known.has(id))
}

/** Puts all of `source` into `target`; whoever took part in the one takes part in the other. Both have to be locked. */
export async function merge(context: Context, source: Ticket, target: Ticket, by: User): Promise<void> {
  if (target.isClosed && !target.mergedInto) throw new Refusal('TICKET_CLOSED', 'into')
  if (target.hold) throw new Refusal('UNKNOWN_TICKET', 'into') // it would leave the queue
  await putInto(context, source, target, by, newcomers(source, target))
}

/** The same with the people who are to join, and whatever the status of the target. Answers the record of it. */
export async function putInto(
  context: Context,
  source: Ticket,
  target: Ticket,
  by: User,
  joining: User[],
): Promise<TicketMerge> {
  const { em, now } = context
  if (source === target || source.mergedInto || target.mergedInto) throw new Refusal('UNKNOWN_TICKET', 'into')
  if ((await em.count(TicketMerge, { target: source, partedAt: null })) > 0) throw new Refusal('HAS_MERGED', 'into')
  const messages = await em.find(Message, { ticket: source })
  const before = { source: standingOf(source), target: standingOf(target) }
  target.participants.add(joining)
  await carry(context, messages, target)
  await moveDrafts(em, source, target)
  recordBoth(source, target, TicketEventType.MERGED, by, now)
  keepWaiting(target, source.unansweredSince, by, now)
  stayAsOne(source, target, now)
  source.mergedInto = target
  source.moveTo(TicketStatus.CLOSED, by, now)
  return em.create(TicketMerge, {
    source,
    target,
    status: before.source.status,
    standings: { ...before, merged: standingOf(target) },
    messages: messages.map(({ id }) => id),
    participants: joining.map(({ id }) => id),
    mergedAt: now,
    mergedBy: by,
    partedAt: null,
  })
}

function stayAsOne(source: Ticket, target: Ticket, now: Date): void {
  target.isPrivate ||= source.isPrivate // colleagues must not read by this what was kept from them
  if (source.lastMessageAt > target.lastMessageAt) target.lastMessageAt = source.lastMessageAt
  target.firstResponseAt ??= source.firstResponseAt
  source.updatedAt = target.updatedAt = now
}

/**
 * Gives back to `source` what it brought, as far as that is still there, and what its people have written since: they
 * read the other ticket no longer. Else what came since stays where it came.
 */
export async function part(context: Context, source: Ticket, target: Ticket, by: User): Promise<void> {
  const { em, now } = context
  const merging = await em.findOne(TicketMerge, { source, target, partedAt: null })
  if (!merging) throw new Refusal('NOT_FOUND')
  const { mergedAt, standings, participants, status } = merging
  const since = { author: { $in: participants }, createdAt: { $gt: mergedAt } }
  const messages = await em.find(Message, { ticket: target, $or: [{ id: { $in: merging.messages } }, since] })
  const isUnchanged = await wasLeftAlone(context, merging, target)
  await carry(context, messages, source)
  target.participants.remove(target.participants.getItems().filter(({ id }) => participants.includes(id)))
  recordBoth(source, target, TicketEventType.PARTED, by, now)
  source.updatedAt = target.updatedAt = now
  source.mergedInto = null
  merging.partedAt = now
  restore(source, { status, ...standings.source }, by, now)
  if (messages.some(({ isNote, createdAt }) => !isNote && createdAt > mergedAt)) {
    source.moveTo(statusAfter.comment[source.status] ?? TicketStatus.OPEN, by, now)
    await stand(context, source, by)
  }
  if (isUnchanged) restore(target, standings.target, by, now)
  else await stand(context, target, by)
}

/** Of merges from before a certain version only the messages tell. */
async function wasLeftAlone({ em }: Context, { standings, mergedAt }: TicketMerge, target: Ticket): Promise<boolean> {
  if (standings.merged) return stands(target, standings.merged)
  return (await em.count(Message, { ticket: target, createdAt: { $gt: mergedAt } })) === 0
}
