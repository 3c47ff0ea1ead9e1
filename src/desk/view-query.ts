import type { SavedView } from './saved-view.ts'

/** A view as the queue's address has it, such as `filter=1&status=OPEN,WAITING&order=UPDATED_AT_DESC`. */
export function queryOf({ filter, orderBy }: Pick<SavedView, 'filter' | 'orderBy'>): string {
  const { status, priority, assignee, category, tag, unassigned, unanswered, overdue, search } = filter
  const query = new URLSearchParams({ filter: '1' })
  const lists = { status: status?.join(), priority: priority?.join() }
  const single = {
    ...lists,
    assignee: unassigned == null ? assignee : unassigned ? 'nobody' : 'somebody',
    category,
    tag: tag?.join(', '),
    unanswered,
    overdue,
    words: search,
    order: orderBy,
  }
  for (const [name, value] of Object.entries(single)) if (value != null && value !== '') query.set(name, String(value))
  return query.toString()
}
