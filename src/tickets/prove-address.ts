import type { Context } from '../graph/context.ts'
import { entityOf } from '../graph/things.ts'
import { Ticket } from './ticket.ts'
import { TicketEventType } from './vocabulary.ts'

/**
 * Product §3: a request sent with somebody's typed address counts as theirs once they open it signed in, or write to it
 * as programs do without a look. Where it is read, a read that writes, so it runs only for that one first look;
 * says whether it did.
 */
export async function proveAddress(
  { em, viewer, now }: Context,
  { id, requester, requesterProven }: Ticket,
): Promise<boolean> {
  if (requesterProven || viewer.user?.id !== requester.id) return false
  const ticket = await em.findOneOrFail(Ticket, id)
  ticket.requesterProven = true
  ticket.record(TicketEventType.ADDRESS_PROVEN, entityOf(em, viewer.user), now)
  await em.flush()
  return true
}
