// Cursors of the list of tickets.
import { createHash } from 'node:crypto'
import { cursorAt } from '../graph/cursor.ts'
import type { Viewer } from '../people/viewer.ts'
import { sortKey, type TicketFilter, TicketOrder } from './ticket-filter.ts'

/** A cursor holds its filter, so that it cannot be carried over to another list. */
export function fingerprintOf(filter: TicketFilter | null): string {
  // Whoever works through a list takes its cursors along, and passes by what is attended.
  const lasting = filter && { ...filter, unattended: undefined }
  return lasting ? createHash('sha256').update(JSON.stringify(lasting)).digest('base64url').slice(0, 10) : ''
}

/** Where a reader of changes goes on who knows all those below a number (changes.ts). */
export const cursorBehind = (settled: string, viewer: Viewer, filter: TicketFilter | null): string =>
  cursorAt(sortKey(TicketOrder.UPDATED_AT_ASC, viewer), fingerprintOf(filter), [settled, '-infinity', FIRST_ID])

const FIRST_ID = '00000000-0000-0000-0000-000000000000'
