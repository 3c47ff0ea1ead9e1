// Two tickets about one thing become one, and can be parted again. Replies to either number land at the one that stays.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import type { User } from '../people/user.ts'
import { moveDrafts } from './drafts.ts'
import { Message } from './message.ts'
import { recordBoth } from './record-both.ts'
import { stand } from './stand.ts'
import type { Ticket } from './ticket.ts'
import { type StandingBefore, TicketMerge } from './ticket-merge.ts'
import { TicketStatus } from './ticket-status.ts'
import { TicketEventType } from './vocabulary.ts'

/** Puts all of `source` into `target`; whoever took part in the one takes part in the other. Both have to be locked. */
export async function merge(context: Context, source: Ticket, target: Ticket, by: User): Promise<void> {
  const { em, now } = context
  if (source === target || source.mergedInto || target.mergedInto) throw new Refusal('UNKNOWN_TICKET', 'into')
  if ((await em.count(TicketMerge, { target: source, partedAt: null })) > 0) throw new Refusal('HAS_MERGED', 'into')
  if (target.isClosed) throw new Refusal('TICKET_CLOSED', 'into')
  const messages = await em.find(Message, { ticket: source })
  const known = new Set([target.requester.id, ...target.participants.getItems().map(({ id }) => id)])
  const joining = [source.requester, ...source.participants.getItems()].filter(({ id }) => !known.has(id))
  em.create(TicketMerge, {
    source,
    target,
    status: source.status,
    standings: { source: standingOf(source), target: standingOf(target) },
    messages: messages.map(({ id }) => id),
    participants: joining.map(({ id }) => id),
    mergedAt: now,
    mergedBy: by,
    partedAt: null,
  })
  for (const message of messages) message.ticket = target
  await moveDrafts(em, source, target)
  target.participants.add(joining)
  target.isPrivate ||= source.isPrivate // colleagues must not read by this what was kept from them; it stays so
  recordBoth(source, target, TicketEventType.MERGED, by, now)
  source.updatedAt = target.updatedAt = now
  source.mergedInto = target
  source.moveTo(TicketStatus.CLOSED, by, now)
  await em.flush()
  await stand(context, target)
  if (!target.isOpenStatus && target.unansweredSince) target.moveTo(TicketStatus.OPEN, by, now)
}

/** Gives back to `source` what it brought, as far as that is still there. What came since stays where it came. */
export async function part(context: Context, source: Ticket, target: Ticket, by: User): Promise<void> {
  const { em, now } = context
  const merging = await em.findOne(TicketMerge, { source, target, partedAt: null })
  if (!merging) throw new Refusal('NOT_FOUND')
  for (const message of await em.find(Message, { id: { $in: merging.messages }, ticket: target }))
    message.ticket = source
  const leaving = new Set(merging.participants)
  target.participants.remove(target.participants.getItems().filter(({ id }) => leaving.has(id)))
  merging.partedAt = now
  source.mergedInto = null
  recordBoth(source, target, TicketEventType.PARTED, by, now)
  source.updatedAt = target.updatedAt = now
  source.moveTo(merging.status, by, now)
  await em.flush()
  restore(source, merging.standings.source)
  const isUnchanged = (await em.count(Message, { ticket: target, createdAt: { $gt: merging.mergedAt } })) === 0
  if (isUnchanged) restore(target, merging.standings.target)
  else await stand(context, target)
}

const standingOf = ({ unansweredSince, lastMessageAt }: Ticket): StandingBefore => ({
  unansweredSince: unansweredSince?.toISOString() ?? null,
  lastMessageAt: lastMessageAt.toISOString(),
})

function restore(ticket: Ticket, { unansweredSince, lastMessageAt }: StandingBefore): void {
  ticket.unansweredSince = unansweredSince === null ? null : new Date(unansweredSince)
  ticket.lastMessageAt = new Date(lastMessageAt)
}
