// What the filter's form of the queue sends, in the words of the API.
import type { Fields } from '../graph/variables.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { TicketOrder } from '../tickets/ticket-filter.ts'
import { doneStatuses, openStatuses } from '../tickets/ticket-status.ts'
import { columnsOf } from './queue-column.ts'

/** `me` is whoever asks. Moments and days are passed on as they stand; what is wrong in them is told at their field. */
export function queueFilter(fields: Fields, viewer: string): Fields {
  const { status, priority, channel, tag, unanswered, overdue, words, order, requester, organization } = fields
  return {
    ...fields,
    status: listOf(status),
    priority: listOf(priority),
    channel: listOf(channel),
    ...worked(fields.assignee, viewer),
    ...namedOr('requester', 'User', requester),
    ...namedOr('organization', 'Organization', organization),
    tag: parts(tag).map(each => each.trim()),
    unanswered: unanswered || undefined,
    overdue: overdue || undefined,
    q: words,
    columns: columnsOf(fields),
    order: order || TicketOrder.UNANSWERED_FIRST,
  }
}

/** By whom: `me`, `nobody`, `somebody`, or a person's id. */
function worked(assignee: Fields[string], viewer: string): Fields {
  if (assignee === 'nobody' || assignee === 'somebody')
    return { assignee: undefined, unassigned: String(assignee === 'nobody') }
  return { assignee: assignee === 'me' ? viewer : assignee }
}

/** People type a name or an address; links and views of programs carry an id. */
function namedOr(field: string, type: string, typed: Fields[string]): Fields {
  const isId = parseGlobalId(String(typed ?? ''))?.type === type
  return isId ? { [field]: typed } : { [field]: undefined, [`${field}Name`]: typed }
}

/** `open` and `done` stand for what the tabs of these names hold; nothing for all. */
const groups: Record<string, readonly string[]> = { open: openStatuses, done: doneStatuses, '': [] }
const listOf = (value: Fields[string]): string[] => parts(value).flatMap(each => groups[each] ?? [each])
const parts = (value: Fields[string]): string[] => String(value ?? '').split(',')
