import type { Fields } from '../graph/variables.ts'
import { TicketOrder } from '../tickets/ticket-filter.ts'
import { doneStatuses, openStatuses, TicketStatus } from '../tickets/ticket-status.ts'
import { columnsOf, QueueColumn } from './queue-column.ts'
import { queueFilter } from './queue-filter.ts'

const longestFirst = { order: TicketOrder.UNANSWERED_FIRST }
const newestFirst = { order: TicketOrder.UPDATED_AT_DESC }

/** What the tabs of the queue stand for. */
const tabs = (viewer: string): Record<string, Fields> => ({
  new: { ...longestFirst, status: [TicketStatus.NEW] },
  unassigned: { ...longestFirst, status: openStatuses, unassigned: 'true' },
  unanswered: { ...longestFirst, unanswered: 'true' },
  overdue: { ...longestFirst, overdue: 'true' },
  mine: { ...longestFirst, status: openStatuses, assignee: viewer },
  waiting: { ...longestFirst, status: [TicketStatus.WAITING] },
  done: { ...newestFirst, status: doneStatuses },
  all: newestFirst,
})

/** `tab=mine` and the others in the words of the filter; open ones unless told. A search looks through all tickets. */
export function queueTab(fields: Fields, viewer: string): Fields {
  const { tab, q = '', after, before, next } = fields
  const isFilter = fields.filter !== undefined
  const isSearch = !isFilter && isText(q)
  // Whoever goes on from ticket to ticket passes by what a colleague has open.
  const unattended = next === undefined ? undefined : 'true'
  const page = { after, before, unattended, isFilter: String(isFilter), isCounted: String(isFilter || isSearch) }
  if (isFilter)
    return {
      ...queueFilter(fields, viewer),
      ...page,
      hasWords: String(isText(fields.words)),
      showsCategory: String(showsCategory(fields)),
    }
  const open = { ...longestFirst, status: openStatuses }
  return {
    q,
    words: q,
    ...page,
    hasWords: String(isSearch),
    showsCategory: 'false',
    ...(isSearch ? newestFirst : (tabs(viewer)[String(tab)] ?? open)),
  }
}

const showsCategory = (fields: Fields): boolean => columnsOf(fields).includes(QueueColumn.CATEGORY)

const isText = (typed: Fields[string]): boolean => String(typed ?? '').trim() !== ''

/** Whoever types a number wants that ticket, also where others speak of it. */
export function onlyTicket(tickets: unknown, search: unknown): number | null {
  const [, number] = /^#?(\d{5,9})$/.exec(String(search ?? '').trim()) ?? []
  const nodes: unknown = Reflect.get(Object(tickets), 'nodes')
  if (!Array.isArray(nodes)) return null
  return nodes.some(node => Reflect.get(Object(node), 'number') === Number(number)) ? Number(number) : null
}
