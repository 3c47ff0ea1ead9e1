// From a ticket to the one before it and those after it. Who sees one of them need not see the others, since people
// take part in single tickets.
import { batched } from '../graph/batched.ts'
import { allOf, type Condition, isOneOf } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { read } from '../graph/reading.ts'
import { isUnread } from '../graph/things.ts'
import { Ticket } from './ticket.ts'
import { visibleTickets } from './visible.ts'

/** The closed ticket that one goes on from; null where there is none that the viewer sees. */
export const followUpOf = (context: Context, ticket: Ticket): Promise<Ticket | null> => seen(context, ticket.followUpOf)

/** The ticket that one was put into, likewise. */
export const mergedInto = (context: Context, ticket: Ticket): Promise<Ticket | null> => seen(context, ticket.mergedInto)

async function seen(context: Context, known: Ticket | null): Promise<Ticket | null> {
  return known && !cameAlong(known) ? byId(context, known.id) : known
}

/** The tickets that go on from one, as far as the viewer sees them. */
export async function followUpsOf(context: Context, { id, followUps }: Ticket): Promise<readonly Ticket[]> {
  return Array.isArray(followUps) ? followUps : ((await byPredecessor(context, id)) ?? [])
}

/** Read with its ticket (`findTicket`), which asked what the viewer may see. */
const cameAlong = (ticket: Ticket): boolean => Object.isFrozen(ticket) && !isUnread(ticket)

const byId = batched(async (context: Context, ids) => {
  const found = await visible(context, isOneOf('t.id', ids))
  return new Map(found.map(ticket => [ticket.id, ticket]))
})

const byPredecessor = batched(async (context: Context, ids) => {
  const found = await visible(context, isOneOf('t.follow_up_of_id', ids))
  return Map.groupBy(found, ticket => ticket.followUpOf?.id ?? '')
})

const visible = ({ em, viewer }: Context, which: Condition): Promise<Ticket[]> =>
  read(em, Ticket, { where: allOf(which, visibleTickets(viewer)), orderBy: 't.id', isPrepared: true })
