import type { Context } from '../graph/context.ts'
import type { Ticket } from './ticket.ts'
import { TicketEventType } from './vocabulary.ts'

/**
 * Product §3: a request sent with somebody's typed address counts as theirs once they open it signed in, or write to it
 * as programs do without a look. Where it is read, a read that writes, so it runs only for that one first look.
 */
export async function proveAddress({ em, viewer, now }: Context, ticket: Ticket): Promise<void> {
  if (ticket.requesterProven || viewer.user?.id !== ticket.requester.id) return
  ticket.requesterProven = true
  ticket.record(TicketEventType.ADDRESS_PROVEN, viewer.user, now)
  await em.flush()
}
