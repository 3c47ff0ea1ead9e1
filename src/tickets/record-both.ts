import type { User } from '../people/user.ts'
import type { Ticket } from './ticket.ts'
import type { TicketEventType } from './vocabulary.ts'

/** What happened between two tickets stands in the history of both, in the same words. */
export function recordBoth(from: Ticket, to: Ticket, type: TicketEventType, by: User, now: Date): void {
  for (const ticket of [from, to]) ticket.record(type, by, now, `#${from.number}`, `#${to.number}`)
}
