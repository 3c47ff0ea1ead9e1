// What the team reads of other tickets, and of the customer's word, beside a ticket. Customers never learn of it.
import { columnsFor } from '../graph/columns.ts'
import { type Condition, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { thingsAlong } from './came-along.ts'
import { Rating } from './rating.ts'
import { Ticket } from './ticket.ts'

/** More than anybody reads beside a ticket. */
const MOST = 50

/** Tickets that belong to it by the word of the team. */
export const withLinks = (context: Context): Condition =>
  tickets(
    context,
    `o.id in (select newer_id from ticket_link where older_id = t.id union all select older_id from ticket_link where newer_id = t.id)`,
  )

/** Tickets that were put into it. */
export const withMerged = (context: Context): Condition => tickets(context, 'o.merged_into_id = t.id')

/** The ticket that it was split off from, as long as that can be undone. */
export const withSplit = (context: Context): Condition =>
  tickets(
    context,
    't.merged_into_id is null and o.id in (select source_id from ticket_split where ticket_id = t.id and undone_at is null)',
  )

export const withRating = ({ em }: Context): Condition =>
  condition(
    `select row_to_json(x) from (select ${columnsFor(em, Rating, 'r')} from rating r where r.ticket_id = t.id) x`,
  )

const tickets = ({ em }: Context, which: string): Condition =>
  condition(
    `select coalesce(json_agg(x), '[]') from (
       select ${columnsFor(em, Ticket, 'o')} from ticket o where ${which} order by o.number limit ${MOST}) x`,
  )

export const linksOf = thingsAlong('links', () => Ticket, withLinks)
export const mergedOf = thingsAlong('merged', () => Ticket, withMerged)
const splitFrom = thingsAlong('splitFrom', () => Ticket, withSplit)
const ratings = thingsAlong('rating', () => Rating, withRating)

export const sourceOf = async (context: Context, ticket: Ticket): Promise<Ticket | null> =>
  (await splitFrom(context, ticket))[0] ?? null

export const ratingOf = async (context: Context, ticket: Ticket): Promise<Rating | null> =>
  (await ratings(context, ticket))[0] ?? null
