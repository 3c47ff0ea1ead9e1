// Which tickets a bulk change is for: some by their numbers, or all that a filter fits.
import { Field, Int, ObjectType } from 'type-graphql'
import { type Condition, condition, isOneOf, nothing } from '../graph/condition.ts'
import { MAX_PAGE_SIZE } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { read } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { Ticket } from '../tickets/ticket.ts'
import { listed } from '../tickets/ticket-counts.ts'
import type { TicketFilter } from '../tickets/ticket-filter.ts'
import { TicketStatus } from '../tickets/ticket-status.ts'

/** What one person can still answer for, and a few minutes' work for a worker. */
export const MOST_TICKETS = 10_000

/** One of the two. */
export interface Selected {
  tickets?: readonly number[] | null
  filter?: TicketFilter | null
}

@ObjectType({ description: 'How many mails a status would cause, at most.' })
export class BulkMails {
  @Field(() => TicketStatus, { description: 'The status that the tickets would get.' }) status!: TicketStatus
  @Field(() => Int, { description: 'How many mails.' }) mails!: number
  @Field(() => Int, { description: 'How many people get them.' }) people!: number
}

@ObjectType({ description: 'The tickets that a bulk change would be for.' })
export class BulkSelection {
  @Field(() => Int, { description: 'How many: exact to 10,000, the most that are changed at once; 10,001 means more.' })
  count!: number
  @Field(() => [BulkMails], { description: 'What mails each status would cause.' }) mails!: BulkMails[]
}

/** The rows of a selection. Whoever asks is of the team and sees all tickets. */
export function rowsOf(context: Context, { tickets, filter }: Selected): Condition {
  if (tickets && filter) throw new Refusal('INVALID_CHOICE', 'filter')
  if (filter) return listed(context, filter).where
  if (!tickets?.length) return nothing
  if (tickets.length > MOST_TICKETS) throw new Refusal('TOO_MANY_TICKETS', 'tickets', { max: MOST_TICKETS })
  return isOneOf('t.number', tickets, 'int')
}

/** The ids, by ticket number. Refuses where there is nothing, more than may be, or a number that no ticket has. */
export async function idsOf(context: Context, selected: Selected): Promise<string[]> {
  if (!selected.filter && !selected.tickets?.length) throw new Refusal('REQUIRED', 'tickets')
  const { sql, values } = rowsOf(context, selected)
  const rows = await context.em.execute<{ id: string; number: number }[]>(
    `select t.id, t.number from ticket t where ${sql} limit ${MOST_TICKETS + 1}`,
    [...values],
  )
  const found = new Set(rows.map(({ number }) => number))
  const unknown = (selected.tickets ?? []).filter(number => !found.has(number))
  if (unknown.length > 0) throw new Refusal('UNKNOWN_TICKET', 'tickets', { numbers: unknown.slice(0, 10).join(', ') })
  if (rows.length === 0) throw new Refusal('NOTHING_SELECTED', 'filter')
  if (rows.length > MOST_TICKETS) throw new Refusal('TOO_MANY_TICKETS', 'filter', { max: MOST_TICKETS })
  return rows.sort((a, b) => a.number - b.number).map(({ id }) => id)
}

/** The first of them by number. Found before they are put in order: by their numbers the archive would be read through. */
export function firstOf({ em }: Context, { sql, values }: Condition): Promise<Ticket[]> {
  const where = condition(
    `t.id = any(array(select t.id from ticket t where ${sql} limit ${MOST_TICKETS + 1}))`,
    ...values,
  )
  return read(em, Ticket, {
    where,
    orderBy: 't.number',
    limit: MAX_PAGE_SIZE,
    brings: ['requester', 'organization', 'assignee'],
  })
}

/**
 * Their number, and the mails that each status would cause, by the rule of `tellOfStatus`; in one statement. With `offset 0`
 * people are looked up one by one, by their index, and not all of them read.
 */
export async function figuresOf({ em, viewer }: Context, { sql, values }: Condition): Promise<BulkSelection> {
  const [row] = await em.execute<{ count: number; mails: BulkMails[] }[]>(
    `with chosen as materialized (
       select t.id, t.status, t.requester_id from ticket t where ${sql} limit ${MOST_TICKETS + 1}),
     reader as materialized (
       select r.status, p.id, p.listens from (
         select status, requester_id as person from chosen
         union all select c.status, tp.user_id from chosen c
         cross join lateral (select user_id from ticket_participant where ticket_id = c.id offset 0) tp) r
       cross join lateral (
         select id, wants_status_mail and exists (
           select from membership m where m.user_id = p.id and m.joined_at is not null and m.ended_at is null offset 0
         ) as listens from person p where p.id = r.person and p.id <> ? offset 0) p)
     select (select count(*)::int from chosen) as count, (select json_agg(x) from (
       select s.status, count(r.id)::int as mails, count(distinct r.id)::int as people
       from unnest(array['OPEN', 'WAITING', 'DONE', 'CLOSED']::ticket_status[]) s (status)
       left join reader r on r.status <> s.status and (r.listens or s.status = 'DONE')
       group by s.status) x) as mails`,
    [...values, viewer.user?.id ?? null],
  )
  return { count: row?.count ?? 0, mails: row?.mails ?? [] }
}
