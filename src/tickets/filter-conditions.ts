// What a filter of tickets asks of the database.
import { anyOf, type Condition, condition, isOneOf, nothing } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { cleanLine } from '../lib/clean-text.ts'
import { startOfDay } from '../lib/day.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { searchQuery } from '../lib/search-query.ts'
import { organizationsMatching, peopleNamed } from '../people/search.ts'
import { isStaff } from '../people/viewer.ts'
import { unattended } from './lookers.ts'
import { overdueIds } from './overdue.ts'
import type { TicketFilter } from './ticket-filter.ts'
import { opennessOf, type TicketStatus } from './ticket-status.ts'

/** The conditions of a filter, to be joined with what the viewer may see. */
export function conditionsOf(filter: TicketFilter, context: Context): Condition[] {
  const forTeam = isStaff(context.viewer)
  const { status, search, requester, organization, category, channel } = filter
  return [
    ...statusCondition(status),
    ...(search ? [searchCondition(search, forTeam)] : []),
    ...(requester ? [condition('t.requester_id = ?', idOf(requester, 'User', 'requester'))] : []),
    ...(organization ? [condition('t.organization_id = ?', idOf(organization, 'Organization', 'organization'))] : []),
    ...(category ? [condition('t.category_id = ?', idOf(category, 'Category', 'category'))] : []),
    ...(channel?.length ? [anyOf(...channel.map(each => condition('t.channel = ?', each)))] : []),
    ...timeConditions(filter, context),
    ...teamConditions(filter, context),
  ]
}

/** Moments, and whole days as the clocks of whoever asks show them. A customer does not see notes, which are changes too. */
function timeConditions(filter: TicketFilter, { viewer, config }: Context): Condition[] {
  const updated = isStaff(viewer) ? 'touched_at' : 'updated_at'
  const zone = viewer.user?.timezone ?? config.defaultTimezone
  const from = (day: string | null | undefined) => (day ? startOfDay(day, zone) : null)
  const until = (day: string | null | undefined) => (day ? startOfDay(day, zone, 1) : null)
  checkDays(filter.createdFrom, filter.createdTo, 'createdTo')
  checkDays(filter.updatedFrom, filter.updatedTo, 'updatedTo')
  const bounds: [string, Date | null | undefined][] = [
    [`${updated} >=`, filter.updatedSince],
    [`${updated} <`, filter.updatedBefore],
    [`${updated} >=`, from(filter.updatedFrom)],
    [`${updated} <`, until(filter.updatedTo)],
    ['created_at >=', filter.createdSince],
    ['created_at <', filter.createdBefore],
    ['created_at >=', from(filter.createdFrom)],
    ['created_at <', until(filter.createdTo)],
  ]
  return bounds.flatMap(([bound, moment]) => (moment ? [condition(`t.${bound} ?`, moment)] : []))
}

function checkDays(from: string | null | undefined, to: string | null | undefined, field: string): void {
  if (from && to && from > to) throw new Refusal('ENDS_BEFORE_START', field)
}

/** For customers there are no assignees, no tags and no clocks, and addresses of others not either: asking finds nothing. */
function teamConditions(filter: TicketFilter, context: Context): Condition[] {
  const { viewer, now } = context
  const { assignee, unassigned, tag, overdue, unanswered, priority, requesterName, organizationName } = filter
  const asked = [
    assignee,
    unassigned,
    tag?.length,
    overdue,
    unanswered,
    filter.unattended,
    priority?.length,
    requesterName,
    organizationName,
  ]
  if (!isStaff(viewer)) return asked.some(isSet) ? [nothing] : []
  return [
    ...(assignee ? [condition('t.assignee_id = ?', idOf(assignee, 'User', 'assignee'))] : []),
    ...(unassigned == null ? [] : [condition(`t.assignee_id is ${unassigned ? '' : 'not '}null`)]),
    ...(tag ?? []).map(each => condition('t.tags @> array[?]', cleanLine(each))),
    ...(priority?.length ? [isOneOf('t.priority', priority, 'ticket_priority')] : []),
    ...(unanswered == null ? [] : [condition(`t.is_open and ${unanswered ? 'not ' : ''}t.is_answered`)]),
    ...(filter.unattended == null ? [] : [unattended(context, filter.unattended)]),
    ...(overdue == null ? [] : [overdueCondition(overdue, now)]),
    ...(requesterName ? [among('requester_id', 'person', peopleNamed(requesterName))] : []),
    ...(organizationName ? [among('organization_id', 'organization', organizationsMatching(organizationName))] : []),
  ]
}

/** More people or organizations of one name are not looked at: whoever means somebody types more of it. */
const MOST_NAMED = 500

/** Looked up first and at once, so that what is theirs is found by the index of whose it is. */
const among = (column: string, table: string, { sql, values }: Condition): Condition =>
  condition(`t.${column} = any(array(select t.id from ${table} t where ${sql} limit ${MOST_NAMED}))`, ...values)

/** `false` asks for something too. */
const isSet = (value: unknown) => value === false || Boolean(value)

function overdueCondition(overdue: boolean, now: Date): Condition {
  const { sql, values } = overdueIds(now)
  return condition(`t.id ${overdue ? '' : 'not '}in (${sql})`, ...values)
}

/** A tab asks for all open or all done statuses: the generated column serves both with the list's own index. */
function statusCondition(status: TicketStatus[] | null | undefined): Condition[] {
  if (!status || status.length === 0) return []
  const isOpen = opennessOf(status)
  if (isOpen !== null) return [condition(isOpen ? 't.is_open' : 'not t.is_open')]
  return [anyOf(...status.map(each => condition('t.status = ?', each)))]
}

/** Words in English and German stems, the ticket's number among them. Notes are searched for the team only. */
function searchCondition(search: string, forTeam: boolean): Condition {
  const words = "(websearch_to_tsquery('english', ?) || websearch_to_tsquery('german', ?))"
  const query = searchQuery(search)
  const inPublic = condition(`t.search_public @@ ${words}`, query, query)
  return forTeam ? anyOf(inPublic, condition(`t.search_notes @@ ${words}`, query, query)) : inPublic
}

function idOf(globalId: string, type: string, field: string): string {
  const parsed = parseGlobalId(globalId)
  if (parsed?.type !== type) throw new Refusal('BAD_USER_INPUT', `filter.${field}`)
  return parsed.id
}
