import { Field, ID, InputType, registerEnumType } from 'type-graphql'
import { anyOf, type Condition, condition, nothing } from '../graph/condition.ts'
import type { Order } from '../graph/connection.ts'
import { Line } from '../graph/input.ts'
import { Refusal } from '../graph/refusal.ts'
import { cleanLine } from '../lib/clean-text.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { searchQuery } from '../lib/search-query.ts'
import { isStaff, type Viewer } from '../people/viewer.ts'
import { overdueIds } from './overdue.ts'
import { doneStatuses, openStatuses, TicketStatus } from './ticket-status.ts'
import { TicketPriority } from './vocabulary.ts'

@InputType({
  description: 'Which tickets; all parts are optional. Customers are limited to their own whatever they ask.',
})
export class TicketFilter {
  @Field(() => [TicketStatus], { nullable: true, description: 'Any of these.' })
  status?: TicketStatus[] | null

  @Field(() => [TicketPriority], { nullable: true, description: 'Any of these; team only.' })
  priority?: TicketPriority[] | null

  @Line(200, { optional: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Words of subject, messages, file names and people, or a number. Web search syntax: "a phrase", or, -without.',
  })
  search?: string | null

  @Field(() => Date, { nullable: true, description: 'Changed at this moment or later.' })
  updatedSince?: Date | null

  @Field(() => Date, { nullable: true, description: 'Opened at this moment or later.' })
  createdSince?: Date | null

  @Field(() => ID, { nullable: true, description: 'Worked by this person.' })
  assignee?: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether nobody works it; team only.' })
  unassigned?: boolean | null

  @Field(() => ID, { nullable: true, description: 'Asked by this person.' })
  requester?: string | null

  @Field(() => ID, { nullable: true, description: 'Of this organization.' })
  organization?: string | null

  @Field(() => ID, { nullable: true, description: 'Of this category.' })
  category?: string | null

  @Field(() => [String], { nullable: true, description: 'With all of these tags.' })
  tag?: string[] | null

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the agreement's promised time for a first answer is over; team only.",
  })
  overdue?: boolean | null

  @Field(() => Boolean, { nullable: true, description: 'Whether the customer waits for an answer; team only.' })
  unanswered?: boolean | null
}

export enum TicketOrder {
  OPEN_FIRST = 'OPEN_FIRST',
  UPDATED_AT_DESC = 'UPDATED_AT_DESC',
  UPDATED_AT_ASC = 'UPDATED_AT_ASC',
  CREATED_AT_DESC = 'CREATED_AT_DESC',
  CREATED_AT_ASC = 'CREATED_AT_ASC',
  UNANSWERED_FIRST = 'UNANSWERED_FIRST',
}
registerEnumType(TicketOrder, {
  name: 'TicketOrder',
  description: 'The order of a list of tickets.',
  valuesConfig: {
    OPEN_FIRST: { description: 'Open ones first, each half by last change.' },
    UPDATED_AT_DESC: { description: 'Last changed first.' },
    UPDATED_AT_ASC: { description: 'Last changed last: for keeping a copy up to date.' },
    CREATED_AT_DESC: { description: 'Newest first.' },
    CREATED_AT_ASC: { description: 'Oldest first.' },
    UNANSWERED_FIRST: { description: 'Those that wait longest for an answer first; team only.' },
  },
})

/** The sort key behind an order. What counts as a change differs: customers do not see notes. */
export function sortKey(order: TicketOrder, viewer: Viewer): Order {
  const updated = isStaff(viewer)
    ? { column: 'touched_at', property: 'touchedAt' }
    : { column: 'updated_at', property: 'updatedAt' }
  const by = (keys: { column: string; property: string }[], descending: boolean): Order => ({
    name: order,
    columns: [...keys.map(key => key.column), 'id'],
    properties: [...keys.map(key => key.property), 'id'],
    descending,
  })
  const created = { column: 'created_at', property: 'createdAt' }
  switch (order) {
    case TicketOrder.OPEN_FIRST:
      return by([{ column: 'is_open', property: 'isOpen' }, updated], true)
    case TicketOrder.UPDATED_AT_DESC:
      return by([updated], true)
    case TicketOrder.UPDATED_AT_ASC:
      return by([updated], false)
    case TicketOrder.CREATED_AT_DESC:
      return by([created], true)
    case TicketOrder.CREATED_AT_ASC:
      return by([created], false)
    case TicketOrder.UNANSWERED_FIRST:
      return by(
        [
          { column: 'is_answered', property: 'isAnswered' },
          { column: 'queue_since', property: 'queueSince' },
        ],
        false,
      )
  }
}

/** The conditions of a filter, to be joined with what the viewer may see. */
export function conditionsOf(filter: TicketFilter, viewer: Viewer, now: Date): Condition[] {
  const forTeam = isStaff(viewer)
  const { status, search, updatedSince, createdSince, requester, organization, category } = filter
  return [
    ...statusCondition(status),
    ...(search ? [searchCondition(search, forTeam)] : []),
    ...(updatedSince ? [condition(`t.${forTeam ? 'touched_at' : 'updated_at'} >= ?`, updatedSince)] : []),
    ...(createdSince ? [condition('t.created_at >= ?', createdSince)] : []),
    ...(requester ? [condition('t.requester_id = ?', idOf(requester, 'User', 'requester'))] : []),
    ...(organization ? [condition('t.organization_id = ?', idOf(organization, 'Organization', 'organization'))] : []),
    ...(category ? [condition('t.category_id = ?', idOf(category, 'Category', 'category'))] : []),
    ...teamConditions(filter, forTeam, now),
  ]
}

/** For customers there are no assignees, no tags and no clocks: asking for them finds nothing. */
function teamConditions(
  { assignee, unassigned, tag, overdue, unanswered, priority }: TicketFilter,
  forTeam: boolean,
  now: Date,
): Condition[] {
  const isAsked = [assignee, unassigned, tag?.length, overdue, unanswered, priority?.length].some(isSet)
  if (!forTeam) return isAsked ? [nothing] : []
  return [
    ...(assignee ? [condition('t.assignee_id = ?', idOf(assignee, 'User', 'assignee'))] : []),
    ...(unassigned == null ? [] : [condition(`t.assignee_id is ${unassigned ? '' : 'not '}null`)]),
    ...(tag ?? []).map(each => condition('t.tags @> array[?]', cleanLine(each))),
    ...(priority?.length ? [condition('t.priority = any(?::ticket_priority[])', `{${priority}}`)] : []),
    ...(unanswered == null ? [] : [condition(`t.is_open and ${unanswered ? 'not ' : ''}t.is_answered`)]),
    ...(overdue == null ? [] : [overdueCondition(overdue, now)]),
  ]
}

/** `false` asks for something too. */
const isSet = (value: unknown) => value === false || Boolean(value)

function overdueCondition(overdue: boolean, now: Date): Condition {
  const { sql, values } = overdueIds(now)
  return condition(`t.id ${overdue ? '' : 'not '}in (${sql})`, ...values)
}

/** A tab asks for all open or all done statuses: the generated column serves both with the list's own index. */
function statusCondition(status: TicketStatus[] | null | undefined): Condition[] {
  if (!status || status.length === 0) return []
  if (sameSet(status, openStatuses)) return [condition('t.is_open')]
  if (sameSet(status, doneStatuses)) return [condition('not t.is_open')]
  return [anyOf(...status.map(each => condition('t.status = ?', each)))]
}

const sameSet = (some: TicketStatus[], others: TicketStatus[]) =>
  some.length === others.length && others.every(other => some.includes(other))

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
