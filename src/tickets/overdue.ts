import { type Condition, condition } from '../graph/condition.ts'

/**
 * Statement for the ids of tickets whose first answer is missing longer than an agreement in force promises. It goes from
 * the few who were promised something to their unanswered tickets (index `ticket_promised`), never through the queue.
 */
export const overdueIds = (now: Date): Condition =>
  condition(
    `select late.id from (
       select organization_id, min(response_hours) as hours from agreement
       where response_hours is not null and ?::timestamptz between "from" and coalesce("until" + 1, 'infinity')
       group by organization_id
     ) promised join ticket late on late.organization_id = promised.organization_id
     where late.is_open and late.hold is null and late.first_response_at is null
       and late.created_at < ?::timestamptz - make_interval(hours => promised.hours)`,
    now,
    now,
  )
