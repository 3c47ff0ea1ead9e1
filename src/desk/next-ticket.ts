import { allOf, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { readOne } from '../graph/reading.ts'
import { signedIn } from '../people/viewer.ts'
import { unattended } from '../tickets/lookers.ts'
import { Ticket } from '../tickets/ticket.ts'

/**
 * The ticket whose customer waits longest and that nobody else works or has open, so that two who go on from ticket to
 * ticket do not meet at each; `after` is the one just left.
 */
export function nextTicket(context: Context, after: number | null | undefined): Promise<Ticket | null> {
  const mine = condition('t.assignee_id is null or t.assignee_id = ?', signedIn(context.viewer).id)
  const others = condition('t.number <> ?', after)
  return readOne(context.em, Ticket, {
    where: allOf(
      condition('t.is_open and t.hold is null and not t.is_answered'),
      mine,
      unattended(context),
      ...(after == null ? [] : [others]),
    ),
    orderBy: 't.is_answered, t.queue_since, t.id',
    limit: 1,
  })
}
