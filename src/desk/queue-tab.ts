import type { Fields } from '../graph/variables.ts'
import { TicketOrder } from '../tickets/ticket-filter.ts'
import { doneStatuses, openStatuses, TicketStatus } from '../tickets/ticket-status.ts'

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

/** What the filter's form sends, in the words of the filter; `me` is whoever asks. */
function filtered(
  { status, priority, assignee, category, tag, unanswered, overdue, words, order }: Fields,
  viewer: string,
): Fields {
  const tags = String(tag ?? '').split(',')
  return {
    status: listOf(status),
    priority: listOf(priority),
    ...worked(assignee, viewer),
    category,
    tag: tags.map(each => each.trim()).filter(Boolean),
    unanswered: unanswered || undefined,
    overdue: overdue || undefined,
    q: words,
    order: order || TicketOrder.UNANSWERED_FIRST,
  }
}

/** By whom: `me`, `nobody`, `somebody`, or a person's id. */
function worked(assignee: Fields[string], viewer: string): Fields {
  if (assignee === 'nobody' || assignee === 'somebody') return { unassigned: String(assignee === 'nobody') }
  return { assignee: assignee === 'me' ? viewer : assignee }
}

/** `open` and `done` stand for what the tabs of these names hold; nothing for all. */
const groups: Record<string, readonly string[]> = { open: openStatuses, done: doneStatuses, '': [] }
const listOf = (value: Fields[string]): string[] =>
  String(value ?? '')
    .split(',')
    .flatMap(each => groups[each] ?? [each])

/** `tab=mine` and the others in the words of the filter; open ones unless told. A search looks through all tickets. */
export function queueTab(fields: Fields, viewer: string): Fields {
  const { tab, q = '', after, before } = fields
  const isSearch = String(q).trim() !== ''
  const open = { ...longestFirst, status: openStatuses }
  const isFilter = fields.filter !== undefined
  const hasWords = isFilter ? String(fields.words ?? '').trim() !== '' : isSearch
  if (isFilter)
    return {
      after,
      before,
      isSearch: 'true',
      isFilter: 'true',
      hasWords: String(hasWords),
      ...filtered(fields, viewer),
    }
  return {
    q,
    after,
    before,
    isSearch: String(isSearch),
    isFilter: 'false',
    hasWords: String(hasWords),
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
