// What undoing a bulk change does to one ticket: it gives back what that one changed, as far as it is still so. Nobody is
// told by mail: what was sent stays sent, and a second round of mails would make a mistake a larger one.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { User } from '../people/user.ts'
import { Category } from '../tickets/category.ts'
import { settle, type TicketChange } from '../tickets/change-ticket.ts'
import { mayUpdate } from '../tickets/may.ts'
import type { Ticket } from '../tickets/ticket.ts'
import { signedIn } from '../tickets/visible.ts'
import { failed, type Turn, valuesOf } from './apply-bulk-change.ts'
import type { BulkChange } from './bulk-change.ts'
import { type BulkChangeTicket, BulkFailure, BulkOutcome, type Standing } from './bulk-change-ticket.ts'
import { fields, type SetField, standingOf } from './standing.ts'

/** Gives back to the ticket, which is locked, what `done` changed on it. */
export async function giveBack(
  context: Context,
  bulk: BulkChange,
  done: BulkChangeTicket,
  ticket: Ticket,
): Promise<Turn> {
  const { em, viewer, now } = context
  if (!mayUpdate(viewer, ticket)) throw new Refusal('FORBIDDEN')
  if (ticket.mergedInto) return failed(BulkFailure.MERGED)
  if (ticket.hold) return failed(BulkFailure.HELD)
  const { before } = done
  const is = standingOf(ticket)
  const gave = valuesOf(bulk)
  const set = fields.filter(field => gave[field] !== undefined && gave[field] !== before[field])
  const isHeard = done.changedAt !== null && ticket.lastMessageAt > done.changedAt
  const back = set.filter(field => is[field] === gave[field] && !(field === 'status' && isHeard))
  const left = set.filter(field => !back.includes(field) && is[field] !== before[field])
  const change = { ...(await changeOf(em, before, back)), tags: tagsBefore(is.tags, before.tags, bulk) }
  const isChanged = settle(ticket, change, signedIn(viewer).user, now)
  if (back.includes('status')) restoreTimes(ticket, before)
  if (left.length > 0)
    return failed(left.includes('status') && isHeard ? BulkFailure.NEWER_MESSAGE : BulkFailure.CHANGED)
  return { outcome: isChanged ? BulkOutcome.CHANGED : BulkOutcome.UNCHANGED }
}

async function changeOf(em: EntityManager, before: Standing, back: readonly SetField[]): Promise<TicketChange> {
  const { status, priority, assignee, category } = before
  return {
    ...(back.includes('status') && { status }),
    ...(back.includes('priority') && { priority }),
    ...(back.includes('assignee') && { assignee: assignee ? await em.findOne(User, assignee) : null }),
    ...(back.includes('category') && { category: category ? await em.findOne(Category, category) : null }),
  }
}

/** Tags that somebody put on or took off since stay as they are. */
function tagsBefore(tags: readonly string[], before: readonly string[], { addTags, removeTags }: BulkChange): string[] {
  const added = addTags.filter(tag => !before.includes(tag))
  const removed = removeTags.filter(tag => before.includes(tag) && !addTags.includes(tag))
  return [...new Set([...tags.filter(tag => !added.includes(tag)), ...removed])].sort()
}

/** With the status comes back since when the customer waits, and when it was done and closed. */
function restoreTimes(ticket: Ticket, { unansweredSince, doneAt, closedAt }: Standing): void {
  const date = (text: string | null) => (text === null ? null : new Date(text))
  ticket.unansweredSince = date(unansweredSince)
  ticket.doneAt = date(doneAt)
  ticket.closedAt = date(closedAt)
}
