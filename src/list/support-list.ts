// The support list as sales look through it: one row for each person, their current or else their last stay.
import { type Condition, condition } from '../graph/condition.ts'
import type { Order } from '../graph/order.ts'
import { peopleMatching } from '../people/search.ts'
import { MembershipState } from './membership.ts'

/** Where a person's account and invitation stand. */
export enum InvitationState {
  NONE = 'NONE',
  OPEN = 'OPEN',
  EXPIRED = 'EXPIRED',
  CONFIRMED = 'CONFIRMED',
}

export interface ListFilter {
  state: MembershipState
  search: string
  invitation: InvitationState | null
  isBlocked: boolean
}

const byDate = (name: string, column: string, property: string): Order => ({
  name,
  columns: [column, 'id'],
  properties: [property, 'id'],
  descending: true,
})

/** The newest first: by when they joined, wished to, or left. */
export const listOrder: Record<MembershipState, Order> = {
  MEMBER: byDate('joined', 'joined_at', 'joinedAt'),
  PENDING: byDate('requested', 'requested_at', 'requestedAt'),
  LEFT: byDate('ended', 'ended_at', 'endedAt'),
}

/** Whoever left and came back is on the list; whoever only wished for it never was. */
const inState: Record<MembershipState, Condition> = {
  MEMBER: condition('t.joined_at is not null and t.ended_at is null'),
  PENDING: condition('t.joined_at is null and t.ended_at is null'),
  LEFT: condition(`t.joined_at is not null and t.ended_at is not null and not exists (
    select from membership o where o.user_id = t.user_id
      and (o.ended_at is null or o.joined_at is not null and (o.ended_at, o.id) > (t.ended_at, t.id)))`),
}

// Looked up by indexes for each row of the list, in its order, until the page is full; `offset 0` keeps it so.
const isConfirmed = '(select p.confirmed_at is not null from person p where p.id = t.user_id)'
const invitation = (also: string) =>
  `select from one_time_link l where l.user_id = t.user_id and l.kind = 'INVITATION' ${also} offset 0`
const works = 'and l.used_at is null and l.revoked_at is null and l.expires_at > ?'

function invited(state: InvitationState, now: Date): Condition {
  switch (state) {
    case InvitationState.CONFIRMED:
      return condition(isConfirmed)
    case InvitationState.NONE:
      return condition(`not ${isConfirmed} and not exists (${invitation('')})`)
    case InvitationState.OPEN:
      return condition(`not ${isConfirmed} and exists (${invitation(works)})`, now)
    case InvitationState.EXPIRED:
      return condition(`not ${isConfirmed} and exists (${invitation('')}) and not exists (${invitation(works)})`, now)
  }
}

/** Mails to them came back; there are few, so the list is read from these. */
const blocked = condition(`t.user_id = any(array(
  select p.id from mail_address a join person p on p.email = a.address where a.blocked_at is not null))`)

export function listConditions({ state, search, invitation, isBlocked }: ListFilter, now: Date): Condition[] {
  const found = peopleMatching(search)
  return [
    inState[state],
    ...(search
      ? [condition(`t.user_id = any(array(select t.id from person t where ${found.sql}))`, ...found.values)]
      : []),
    ...(invitation ? [invited(invitation, now)] : []),
    ...(isBlocked ? [blocked] : []),
  ]
}
