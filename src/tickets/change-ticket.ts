// What the team decides about a ticket, by whichever way: one at a time, or many at once.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { cleanLine } from '../lib/clean-text.ts'
import type { User } from '../people/user.ts'
import type { Category } from './category.ts'
import { mayUpdate } from './may.ts'
import { tellOfStatus } from './tell.ts'
import type { Ticket } from './ticket.ts'
import type { TicketStatus } from './ticket-status.ts'
import { signedIn } from './visible.ts'
import { TicketEventType, type TicketPriority } from './vocabulary.ts'

export const MAX_TAGS = 20
const MAX_TAG = 50

/** What is left out stays; null = nobody works it, no category. */
export interface TicketChange {
  status?: TicketStatus | null
  priority?: TicketPriority | null
  assignee?: User | null
  category?: Category | null
  /** All its tags from then on. */
  tags?: readonly string[] | null
}

/** Changes a ticket, which has to be locked, and tells its readers of a new status. Says whether anything changed. */
export async function changeTicket(context: Context, ticket: Ticket, change: TicketChange): Promise<boolean> {
  const { viewer, now } = context
  if (!mayUpdate(viewer, ticket)) throw new Refusal('FORBIDDEN')
  const before = ticket.status
  const changed = settle(ticket, change, signedIn(viewer).user, now)
  if (ticket.status !== before) await tellOfStatus(context, ticket)
  return changed
}

/** The same without a word to anybody. What is refused is refused before anything changes. */
export function settle(ticket: Ticket, change: TicketChange, by: User, now: Date): boolean {
  const { status, priority, assignee, category } = change
  const tags = change.tags ? cleanTags(change.tags, 'tags') : null
  const changed = [
    priority ? prioritize(ticket, priority, by, now) : false,
    assignee === undefined ? false : assign(ticket, assignee, by, now),
    category === undefined ? false : categorize(ticket, category, by, now),
    tags ? tag(ticket, tags, by, now) : false,
    status ? ticket.moveTo(status, by, now) : false,
  ]
  return changed.includes(true)
}

/** Tags as they are kept: each once, in small letters, by the alphabet. A comma parts two. */
export function cleanTags(wanted: readonly string[], field: string): string[] {
  const lines = wanted.flatMap(text => text.split(',')).map(text => cleanLine(text).toLowerCase())
  const tags = [...new Set(lines.filter(Boolean))].sort()
  if (tags.length > MAX_TAGS) throw new Refusal('TOO_LONG', field, { max: MAX_TAGS })
  if (tags.some(text => text.length > MAX_TAG)) throw new Refusal('TOO_LONG', field, { max: MAX_TAG })
  return tags
}

function prioritize(ticket: Ticket, priority: TicketPriority, by: User, now: Date): boolean {
  if (ticket.priority === priority) return false
  ticket.record(TicketEventType.PRIORITY, by, now, ticket.priority, priority)
  ticket.priority = priority
  return true
}

/** Events keep names, not ids: the history reads the same when somebody has left. */
function assign(ticket: Ticket, assignee: User | null, by: User, now: Date): boolean {
  if (ticket.assignee?.id === assignee?.id) return false
  ticket.record(TicketEventType.ASSIGNEE, by, now, ticket.assignee?.name ?? null, assignee?.name ?? null)
  ticket.assignee = assignee
  return true
}

function categorize(ticket: Ticket, category: Category | null, by: User, now: Date): boolean {
  if (ticket.category?.id === category?.id) return false
  ticket.record(TicketEventType.CATEGORY, by, now, ticket.category?.nameEn ?? null, category?.nameEn ?? null)
  ticket.category = category
  return true
}

function tag(ticket: Ticket, tags: string[], by: User, now: Date): boolean {
  if (tags.join() === ticket.tags.join()) return false
  ticket.record(TicketEventType.TAGS, by, now, ticket.tags.join(', '), tags.join(', '))
  ticket.tags = tags
  return true
}
