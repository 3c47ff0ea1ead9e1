// What a ticket's history tells of the time before.
import { newId } from '../../lib/ids.ts'
import { TicketStatus } from '../../tickets/ticket-status.ts'
import { TicketEventType } from '../../tickets/vocabulary.ts'
import type { Rows } from './rows.ts'

type Events = Pick<Rows, 'events'>

export function addEvent(
  rows: Events,
  ticket: string,
  type: TicketEventType,
  actor: string | null,
  at: Date,
  from?: string,
  to?: string,
): void {
  rows.events.push({
    id: newId(),
    ticket_id: ticket,
    type,
    actor_id: actor,
    from: from ?? null,
    to: to ?? null,
    created_at: at,
  })
}

/** Of the other system's changes only where they led is known. */
export function addStatus(
  rows: Events,
  ticket: string,
  status: TicketStatus,
  doneAt: Date | null,
  closedAt: Date | null,
  lastMessageAt: Date,
): void {
  const wasDone = status === TicketStatus.CLOSED && doneAt !== null
  if (wasDone) addEvent(rows, ticket, TicketEventType.STATUS, null, doneAt, TicketStatus.NEW, TicketStatus.DONE)
  const from = wasDone ? TicketStatus.DONE : TicketStatus.NEW
  addEvent(rows, ticket, TicketEventType.STATUS, null, closedAt ?? doneAt ?? lastMessageAt, from, status)
}
