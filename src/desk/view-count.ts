import DataLoader from 'dataloader'
import { COUNT_LIMIT } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { inOrder } from '../graph/order.ts'
import { countUpTo } from '../graph/reading.ts'
import { searched } from '../tickets/search-tickets.ts'
import { Ticket } from '../tickets/ticket.ts'
import { sortKey, type TicketFilter, TicketOrder } from '../tickets/ticket-filter.ts'
import type { SavedView } from './saved-view.ts'

const loaders = new WeakMap<Context, DataLoader<SavedView, number>>()

/** How many tickets a view holds, up to the limit; all views of a page are counted by one statement. */
export function countOfView(context: Context, view: SavedView): Promise<number> {
  const loader = loaders.get(context) ?? new DataLoader(views => countAll(context, views), { cache: false })
  loaders.set(context, loader)
  return loader.load(view)
}

/** Each in its own order, because that is how its list is read. */
function countAll(context: Context, views: readonly SavedView[]): Promise<number[]> {
  const kinds = views.map(({ filter, orderBy }) => ({
    ...searched(context, revived(filter)),
    orderBy: inOrder(sortKey(orderBy ?? TicketOrder.UPDATED_AT_DESC, context.viewer)),
  }))
  return countUpTo(context.em, Ticket, COUNT_LIMIT, kinds)
}

/** What was saved as JSON: dates are texts there. */
function revived(filter: TicketFilter): TicketFilter {
  const date = (value: Date | null | undefined) => (value ? new Date(value) : null)
  const { createdSince, createdBefore, updatedSince, updatedBefore } = filter
  return {
    ...filter,
    createdSince: date(createdSince),
    createdBefore: date(createdBefore),
    updatedSince: date(updatedSince),
    updatedBefore: date(updatedBefore),
  }
}
