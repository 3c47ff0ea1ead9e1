import { Field, Int, ObjectType } from 'type-graphql'
import { allOf, type Condition, condition } from '../graph/condition.ts'
import { COUNT_LIMIT, type Connection } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { inOrder } from '../graph/order.ts'
import { countUpTo, readOne } from '../graph/reading.ts'
import type { Within } from '../graph/selection.ts'
import { isStaff } from '../people/viewer.ts'
import { conditionsOf } from './filter-conditions.ts'
import { Ticket } from './ticket.ts'
import { isUsual, sortKey, type TicketFilter, TicketOrder } from './ticket-filter.ts'
import { doneStatuses, openStatuses } from './ticket-status.ts'
import { waysToTickets } from './visible.ts'

@ObjectType({
  description: 'How many tickets stand where; each exact to 1,000, 1,001 means more.',
  simpleResolvers: true,
})
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
  within?: Within
}

/** For the team it leaves out what is held; a customer sees no difference. */
export function listed(context: Context, filter: TicketFilter | null): Listed {
  const { viewer } = context
  const inQueue = isStaff(viewer) ? [condition('t.hold is null')] : []
  return { where: allOf(...inQueue, ...conditionsOf(filter ?? {}, context)), ways: waysToTickets(viewer) }
}

/** Of all tickets that the filter fits, whatever their status. */
export async function countTickets(context: Context, filter: TicketFilter | null): Promise<TicketCounts> {
  if (filter?.search && !isStaff(context.viewer)) {
    const all = newestFound(context, { ...filter, status: null })
    const first = await readOne(context.em, Ticket, { ...all, limit: 1 })
    return (first && countsIn(first)) ?? countsFrom(0, 0)
  }
  const isPrepared = isUsual(filter)
  const order = isPrepared ? {} : { orderBy: byChange(context) }
  const kinds = [openStatuses, doneStatuses].map(status => ({ ...listed(context, { ...filter, status }), ...order }))
  const [open = 0, done = 0] = await countUpTo(context.em, Ticket, COUNT_LIMIT, kinds, isPrepared)
  return countsFrom(open, done)
}

/**
 * In no order the database takes any thousand that fit, and for them reads the table from its beginning, where nothing is open,
 * or all that somebody ever asked.
 */
const byChange = ({ viewer }: Context): string =>
  inOrder(sortKey(isStaff(viewer) ? TicketOrder.UPDATED_AT_DESC : TicketOrder.OPEN_FIRST, viewer))

export const countsFrom = (open: number, done: number): TicketCounts => ({
  open,
  done,
  all: Math.min(open + done, COUNT_LIMIT),
})

/** What came along with each ticket of a list, where it did. */
export const countsIn = (ticket: Ticket): TicketCounts | undefined =>
  'openCount' in ticket ? countsFrom(Number(ticket.openCount), Number(Reflect.get(ticket, 'doneCount'))) : undefined

const among = (which: string) => `(count(*) filter (where ${which}) over ())::int`

/**
 * What a customer's search finds: of the newest matches, whatever their status, those with the status that was asked for.
 * Each row brings along how many there are.
 */
export function newestFound(context: Context, { status, ...others }: TicketFilter): Listed {
  const { where, ways } = listed(context, others)
  const orderBy = inOrder(sortKey(TicketOrder.UPDATED_AT_DESC, context.viewer))
  const adds = { openCount: among('t.is_open'), doneCount: among('not t.is_open') }
  return { where: listed(context, { status }).where, ways, within: { ...amongNewest(where, orderBy), adds } }
}

export const amongNewest = (where: Condition, orderBy: string): Within => ({
  where,
  orderBy,
  limit: COUNT_LIMIT - 1,
  columns: SORTED_BY,
})

/** The columns of all orders, and of the tabs. */
const SORTED_BY = ['status', 'is_open', 'is_answered', 'queue_since', 'created_at', 'updated_at', 'touched_at']

/** A page that holds the whole list is counted as it is; the database is asked for longer ones only. */
export async function countsOfPage(
  context: Context,
  filter: TicketFilter | null,
  { nodes, pageInfo: { hasNextPage, hasPreviousPage } }: Connection<Ticket>,
): Promise<TicketCounts> {
  const [first] = nodes
  const along = first && countsIn(first)
  if (along) return along
  if (filter?.status?.length || hasNextPage || hasPreviousPage) return countTickets(context, filter)
  const open = nodes.filter(({ isOpen }) => isOpen).length
  return { open, done: nodes.length - open, all: nodes.length }
}
