import type { SavedView } from './saved-view.ts'

/** A view as the queue's address has it, such as `filter=1&status=OPEN,WAITING&order=UPDATED_AT_DESC&view=…` (queue-filter.ts). */
export function queryOf({ globalId, filter, orderBy, columns }: SavedView): string {
  const { status, priority, channel, tag, unassigned, assignee, search, ...rest } = filter
  const words = {
    status: status?.join(),
    priority: priority?.join(),
    channel: channel?.join(),
    assignee: unassigned == null ? assignee : unassigned ? 'nobody' : 'somebody',
    requester: rest.requester ?? rest.requesterName,
    organization: rest.organization ?? rest.organizationName,
    category: rest.category,
    tag: tag?.join(', '),
    words: search,
    unanswered: rest.unanswered,
    overdue: rest.overdue,
    createdFrom: rest.createdFrom,
    createdTo: rest.createdTo,
    updatedFrom: rest.updatedFrom,
    updatedTo: rest.updatedTo,
    createdSince: moment(rest.createdSince),
    createdBefore: moment(rest.createdBefore),
    updatedSince: moment(rest.updatedSince),
    updatedBefore: moment(rest.updatedBefore),
    order: orderBy,
    columns: columns.join(),
    view: globalId,
  }
  const query = new URLSearchParams({ filter: '1' })
  for (const [name, value] of Object.entries(words)) if (value != null && value !== '') query.set(name, String(value))
  return query.toString()
}

/** A saved filter is JSON, where moments are texts. */
const moment = (value: Date | null | undefined): string | null => (value ? new Date(value).toISOString() : null)
