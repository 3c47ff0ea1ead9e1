import type { Ticket } from '../tickets/ticket.ts'
import type { Standing } from './bulk-change-ticket.ts'

/** How a ticket stands now. */
export const standingOf = (ticket: Ticket): Standing => ({
  status: ticket.status,
  priority: ticket.priority,
  assignee: ticket.assignee?.id ?? null,
  category: ticket.category?.id ?? null,
  tags: ticket.tags,
  unansweredSince: ticket.unansweredSince?.toISOString() ?? null,
  doneAt: ticket.doneAt?.toISOString() ?? null,
  closedAt: ticket.closedAt?.toISOString() ?? null,
})

/** What a bulk change can set of a ticket as one value; tags come and go one by one. */
export const fields = ['status', 'priority', 'assignee', 'category'] as const
export type SetField = (typeof fields)[number]
