// Programs of agents that hand on what customers wrote elsewhere. Whoever may write down a caller's request may let a
// program do so too, and it is kept which one did.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { Scope } from '../integrations/api-token.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { personById } from '../people/person.ts'
import type { User } from '../people/user.ts'
import { worksTickets } from '../people/viewer.ts'
import { scopeHolds } from './may.ts'
import type { Ticket } from './ticket.ts'

/** The customer in whose name the viewer's program writes. */
export async function customerFor({ em, viewer }: Context, id: string): Promise<User> {
  if (!worksTickets(viewer) || !viewer.token || !scopeHolds(viewer, Scope.ON_BEHALF)) throw new Refusal('FORBIDDEN')
  const customer = await personById(em, id)
  if (customer.isTeam) throw new Refusal('IS_TEAM', 'onBehalfOf')
  if (customer.mergedInto) throw new Refusal('NOT_FOUND')
  return customer
}

export function recordActFor(context: Context, customer: User, { number }: Ticket): void {
  const to = context.viewer.token?.name ?? ''
  recordAct(context, AdminEventType.ACTED_FOR, { subject: customer, about: `#${number}`, to })
}
