// What a bulk change does to one ticket: by the rule of a single change, and not over anybody's head.
import type { Context } from '../graph/context.ts'
import { changeTicket, MAX_TAGS, type TicketChange } from '../tickets/change-ticket.ts'
import type { Ticket } from '../tickets/ticket.ts'
import { TicketStatus } from '../tickets/ticket-status.ts'
import type { BulkChange } from './bulk-change.ts'
import { type BulkChangeTicket, BulkFailure, BulkOutcome, type Standing } from './bulk-change-ticket.ts'
import { fields, type SetField, standingOf } from './standing.ts'

/** What became of a ticket. */
export interface Turn {
  outcome: BulkOutcome
  reason?: BulkFailure
}

export const failed = (reason: BulkFailure): Turn => ({ outcome: BulkOutcome.FAILED, reason })

/** Changes the ticket, which is locked, and remembers how it stood before. */
export async function applyTo(
  context: Context,
  bulk: BulkChange,
  row: BulkChangeTicket,
  ticket: Ticket,
): Promise<Turn> {
  const now = standingOf(ticket)
  const tags = tagsAfter(now.tags, bulk)
  const reason = outOfPlace(ticket, row.before) ?? overtaken(bulk, row.before, now, ticket)
  if (reason) return failed(reason)
  if (bulk.assignee?.disabledAt) return failed(BulkFailure.ASSIGNEE_GONE)
  if (tags.length > MAX_TAGS) return failed(BulkFailure.TOO_MANY_TAGS)
  row.before = now
  const isChanged = await changeTicket(context, ticket, { ...deedOf(bulk), tags })
  return { outcome: isChanged ? BulkOutcome.CHANGED : BulkOutcome.UNCHANGED }
}

/** Not where the queue had it. */
export function outOfPlace(ticket: Ticket, before: Standing): BulkFailure | null {
  if (ticket.mergedInto) return BulkFailure.MERGED
  if (ticket.hold) return BulkFailure.HELD
  if (ticket.isClosed && before.status !== TicketStatus.CLOSED) return BulkFailure.CLOSED
  return null
}

/** Somebody decided otherwise, or wrote, since it was selected. */
function overtaken(bulk: BulkChange, before: Standing, now: Standing, ticket: Ticket): BulkFailure | null {
  const wanted = valuesOf(bulk)
  const differs = (field: SetField) => wanted[field] !== undefined && wanted[field] !== now[field]
  if (fields.some(field => differs(field) && now[field] !== before[field])) return BulkFailure.CHANGED
  if (differs('status') && ticket.lastMessageAt > bulk.seenAt) return BulkFailure.NEWER_MESSAGE
  return null
}

/** What it sets, as a standing holds it; what it leaves alone is left out. */
export const valuesOf = (bulk: BulkChange): Partial<Record<SetField, string | null>> => ({
  ...(bulk.status && { status: bulk.status }),
  ...(bulk.priority && { priority: bulk.priority }),
  ...(bulk.setsAssignee && { assignee: bulk.assignee?.id ?? null }),
  ...(bulk.setsCategory && { category: bulk.category?.id ?? null }),
})

const deedOf = ({ status, priority, assignee, setsAssignee, category, setsCategory }: BulkChange): TicketChange => ({
  status,
  priority,
  ...(setsAssignee && { assignee }),
  ...(setsCategory && { category }),
})

const tagsAfter = (tags: readonly string[], { addTags, removeTags }: BulkChange): string[] =>
  [...new Set([...tags.filter(tag => !removeTags.includes(tag)), ...addTags])].sort()
