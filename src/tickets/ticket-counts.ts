import { Field, Int, ObjectType } from 'type-graphql'
import { allOf, type Condition, condition } from '../graph/condition.ts'
import { COUNT_LIMIT, type Connection, inOrder } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { countUpTo } from '../graph/reading.ts'
import { isStaff } from '../people/viewer.ts'
import { conditionsOf } from './filter-conditions.ts'
import { Ticket } from './ticket.ts'
import { isUsual, sortKey, type TicketFilter, TicketOrder } from './ticket-filter.ts'
import { doneStatuses, openStatuses } from './ticket-status.ts'
import { waysToTickets } from './visible.ts'

@ObjectType({ description: 'How many tickets stand where; each exact to 1,000, 1,001 means more.' })
export class TicketCounts {
  @Field(() => Int, { description: 'New, in progress or waiting.' }) open!: number
  @Field(() => Int, { description: 'Done or closed.' }) done!: number
  @Field(() => Int, { description: 'Open and done together.' }) all!: number
}

/** A page of the list of tickets, which can tell how many there are of each kind. */
export interface TicketPage extends Connection<Ticket> {
  counts?: () => Promise<TicketCounts>
  similarNames?: readonly string[]
}

/** Which rows a list has. */
export interface Listed {
  where: Condition
  ways: readonly Condition[]
}

/** For the team it leaves out what is held; a customer sees no difference. */
export function listed(context: Context, filter: TicketFilter | null): Listed {
  const { viewer } = context
  const inQueue = isStaff(viewer) ? [condition('t.hold is null')] : []
  return { where: allOf(...inQueue, ...conditionsOf(filter ?? {}, context)), ways: waysToTickets(viewer) }
}

/** Of all tickets that the filter fits, whatever their status. */
export async function countTickets(context: Context, filter: TicketFilter | null): Promise<TicketCounts> {
  const isPrepared = isUsual(filter)
  const order = isPrepared ? {} : { orderBy: byChange(context) }
  const kinds = [openStatuses, doneStatuses].map(status => ({ ...listed(context, { ...filter, status }), ...order }))
  const [open = 0, done = 0] = await countUpTo(context.em, Ticket, COUNT_LIMIT, kinds, isPrepared)
  return { open, done, all: Math.min(open + done, COUNT_LIMIT) }
}

/**
 * In no order the database takes any thousand that fit, and for them reads the table from its beginning, where nothing is open,
 * or all that somebody ever asked.
 */
const byChange = ({ viewer }: Context): string =>
  inOrder(sortKey(isStaff(viewer) ? TicketOrder.UPDATED_AT_DESC : TicketOrder.OPEN_FIRST, viewer))

/** A page that holds the whole list is counted as it is; the database is asked for longer ones only. */
export async function countsOfPage(
  context: Context,
  filter: TicketFilter | null,
  { nodes, pageInfo: { hasNextPage, hasPreviousPage } }: Connection<Ticket>,
): Promise<TicketCounts> {
  if (filter?.status?.length || hasNextPage || hasPreviousPage) return countTickets(context, filter)
  const open = nodes.filter(({ isOpen }) => isOpen).length
  return { open, done: nodes.length - open, all: nodes.length }
}
