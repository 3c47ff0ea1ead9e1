import type { Fields } from '../graph/variables.ts'
import { TicketOrder } from '../tickets/ticket-filter.ts'
import { doneStatuses, openStatuses, TicketStatus } from '../tickets/ticket-status.ts'

const longestFirst = { order: TicketOrder.UNANSWERED_FIRST }
const newestFirst = { order: TicketOrder.UPDATED_AT_DESC }

/** What the tabs of the queue stand for. */
const tabs = (viewer: string): Record<string, Fields> => ({
  unanswered: { ...longestFirst, unanswered: 'true' },
  overdue: { ...longestFirst, overdue: 'true' },
  mine: { ...longestFirst, status: openStatuses, assignee: viewer },
  waiting: { ...longestFirst, status: [TicketStatus.WAITING] },
  done: { ...newestFirst, status: doneStatuses },
  all: newestFirst,
})

/** `tab=mine` and the others in the words of the filter; open ones unless told. A search looks through all tickets. */
export function queueTab({ tab, q = '', after, before }: Fields, viewer: string): Fields {
  const isSearch = String(q).trim() !== ''
  const open = { ...longestFirst, status: openStatuses }
  return {
    q,
    after,
    before,
    isSearch: String(isSearch),
    ...(isSearch ? newestFirst : (tabs(viewer)[String(tab)] ?? open)),
  }
}

/** Whoever types a number wants that ticket, also where others speak of it. */
export function onlyTicket(tickets: unknown, search: unknown): number | null {
  const [, number] = /^#?(\d{5,9})$/.exec(String(search ?? '').trim()) ?? []
  const nodes: unknown = Reflect.get(Object(tickets), 'nodes')
  if (!Array.isArray(nodes)) return null
  return nodes.some(node => Reflect.get(Object(node), 'number') === Number(number)) ? Number(number) : null
}
