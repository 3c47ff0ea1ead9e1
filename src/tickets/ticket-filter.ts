import { Field, ID, InputType, registerEnumType } from 'type-graphql'
import { Day, Line } from '../graph/input.ts'
import type { Order } from '../graph/order.ts'
import { isStaff, type Viewer } from '../people/viewer.ts'
import { changeOf } from './changes.ts'
import { opennessOf, TicketStatus } from './ticket-status.ts'
import { Channel, TicketPriority } from './vocabulary.ts'

const DAYS = "as YYYY-MM-DD in the viewer's time zone"

@InputType({
  description: 'Which tickets; all parts are optional. Customers are limited to their own whatever they ask.',
})
export class TicketFilter {
  @Field(() => [TicketStatus], { nullable: true, description: 'Tickets in any of these.' })
  status?: TicketStatus[] | null

  @Field(() => [TicketPriority], { nullable: true, description: 'Any of these; team only.' })
  priority?: TicketPriority[] | null

  @Line(200, { optional: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Words of subject, messages, file names and people, or a number. Web search syntax: "a phrase", or, -without. Finds the newest 1,000 that have them; all, where the order is UPDATED_AT_ASC.',
  })
  search?: string | null

  @Field(() => Date, { nullable: true, description: 'Changed at this moment or later.' })
  updatedSince?: Date | null

  @Field(() => Date, { nullable: true, description: 'Last changed before this moment.' })
  updatedBefore?: Date | null

  @Field(() => Date, { nullable: true, description: 'Opened at this moment or later.' })
  createdSince?: Date | null

  @Field(() => Date, { nullable: true, description: 'Opened before this moment.' })
  createdBefore?: Date | null

  @Day({ optional: true })
  @Field(() => String, { nullable: true, description: `Last changed on this day or later, ${DAYS}.` })
  updatedFrom?: string | null

  @Day({ optional: true })
  @Field(() => String, { nullable: true, description: `Last changed on this day or earlier, ${DAYS}.` })
  updatedTo?: string | null

  @Day({ optional: true })
  @Field(() => String, { nullable: true, description: `Opened on this day or later, ${DAYS}.` })
  createdFrom?: string | null

  @Day({ optional: true })
  @Field(() => String, { nullable: true, description: `Opened on this day or earlier, ${DAYS}.` })
  createdTo?: string | null

  @Field(() => [Channel], { nullable: true, description: 'That came by any of these ways.' })
  channel?: Channel[] | null

  @Field(() => ID, { nullable: true, description: 'Worked by this person; their global id.' })
  assignee?: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether nobody works it; team only.' })
  unassigned?: boolean | null

  @Field(() => ID, { nullable: true, description: 'Asked by this person; their global id.' })
  requester?: string | null

  @Line(100, { optional: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Asked by somebody whose name or address has words that begin like all of these (500 people at most); team only.',
  })
  requesterName?: string | null

  @Field(() => ID, { nullable: true, description: 'Of this organization; its global id.' })
  organization?: string | null

  @Line(100, { optional: true })
  @Field(() => String, {
    nullable: true,
    description: 'Of an organization whose name has words that begin like all of these (500 at most); team only.',
  })
  organizationName?: string | null

  @Field(() => ID, { nullable: true, description: 'Of this category; its global id.' })
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

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether no colleague has it open now; team only. A cursor of the list without it serves for this too.',
  })
  unattended?: boolean | null
}

/**
 * Whether a filter is one of the lists' own tabs, which everybody opens all day. Their statements are few and follow one
 * index whoever asks, so they are planned once (`Reading.isPrepared`).
 */
export function isUsual(filter: TicketFilter | null): boolean {
  const { status, unanswered: _unanswered, ...others } = filter ?? {}
  return (!status?.length || opennessOf(status) !== null) && asksNothing(others)
}

/** Whether a filter has no part that leaves anything out. */
export const asksNothing = (filter: TicketFilter): boolean =>
  Object.values(filter).every(value => value == null || (Array.isArray(value) && value.length === 0))

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
    UPDATED_AT_ASC: {
      description:
        'Last changed last, for keeping a copy: whoever goes on `after` the `endCursor` misses no change, whichever of several at once ends first. A ticket that changes again comes again, further on. A change is told as soon as none that began before it is still going on.',
    },
    CREATED_AT_DESC: { description: 'Newest first.' },
    CREATED_AT_ASC: { description: 'Oldest first.' },
    UNANSWERED_FIRST: { description: 'Those that wait longest for an answer first; team only.' },
  },
})

export const usualOrder = (viewer: Viewer, filter: TicketFilter | null): TicketOrder =>
  isStaff(viewer) || filter?.search ? TicketOrder.UPDATED_AT_DESC : TicketOrder.OPEN_FIRST

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
      return by([changeOf(viewer), updated], false)
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
