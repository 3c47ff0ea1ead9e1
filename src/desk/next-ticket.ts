import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql'
import { signedIn, type Viewer } from '../people/viewer.ts'
import { Ticket } from '../tickets/ticket.ts'

/** The ticket whose customer waits longest and that nobody else works; `after` is the one just left. */
export function nextTicket(em: EntityManager, viewer: Viewer, after: number | null): Promise<Ticket | null> {
  const where = {
    isOpen: true,
    hold: null,
    isAnswered: false,
    $or: [{ assignee: null }, { assignee: signedIn(viewer).id }],
    ...(after === null ? {} : { number: { $ne: after } }),
  } as FilterQuery<Ticket>
  return em.findOne(Ticket, where, { orderBy: { queueSince: 'asc', id: 'asc' } })
}
