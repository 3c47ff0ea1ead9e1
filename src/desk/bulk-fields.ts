// What the form that changes many tickets sends, in the words of its operations.
import type { Fields } from '../graph/variables.ts'
import { queueTab } from './queue-tab.ts'

/** `all`: everything behind `query`, an address of the queue; else what was ticked. */
export function selectionFields({ query, all, tickets }: Fields, viewer: string): Fields {
  if (all !== 'true') return { isAll: 'false', tickets: [tickets ?? []].flat().flatMap(each => each.split(',')) }
  const asked = Object.fromEntries(new URLSearchParams(String(query ?? '')))
  return { ...queueTab(asked, viewer), isAll: 'true' }
}

/** The selection speaks of status, assignee and so on, too: what is to become of them is set apart. */
export const deedFields = ({ status, priority, assignee, category, ...fields }: Fields): Fields => ({
  setStatus: status,
  setPriority: priority,
  setAssignee: chosen(assignee),
  setCategory: chosen(category),
  addTags: fields.addTags,
  removeTags: fields.removeTags,
  seenAt: fields.seenAt || undefined,
  idempotencyKey: fields.idempotencyKey,
})

/** Nothing chosen: it stays. `none`: nobody, or no category. */
const chosen = (value: Fields[string]): Fields[string] => (value === 'none' ? '' : value || undefined)
