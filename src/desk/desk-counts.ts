import { ask } from '../graph/ask.ts'
import { COUNT_LIMIT } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { worksTickets } from '../people/viewer.ts'
import { overdueIds } from '../tickets/overdue.ts'
import type { DeskCounts } from './desk.ts'

/**
 * No more rows are looked at than are counted: each condition has an index of its own (ticket.ts), in the order of the queue,
 * and without that order PostgreSQL would begin at the oldest tickets, of which none is open.
 */
const upTo = (condition: string) =>
  countOf(`select from ticket where ${condition} order by is_answered, queue_since, id`)
const countOf = (rows: string) => `(select count(*)::int from (${rows} limit ${COUNT_LIMIT}) as counted)`

const inQueue = 'is_open and hold is null'
const toBeReleased = "hold in ('RATE', 'HONEYPOT', 'TOO_FAST')"

const statementFor = (worksTickets: boolean) =>
  `select ${upTo(inQueue)} as open,
      ${upTo("status = 'NEW' and hold is null")} as new,
      ${upTo(`${inQueue} and assignee_id is null`)} as unassigned,
      ${upTo(`${inQueue} and not is_answered`)} as unanswered,
      ${upTo(`${inQueue} and assignee_id = ?`)} as mine,
      ${upTo("status = 'WAITING' and hold is null")} as waiting,
      ${countOf(overdueIds(new Date()).sql)} as overdue,
      ${worksTickets ? countOf(`select from ticket where ${toBeReleased}`) : '0'} as held`
const [ofReaders, ofWorkers] = [statementFor(false), statementFor(true)]

/** All figures of the queue in one statement. */
export async function deskCounts({ em, viewer, now }: Context): Promise<DeskCounts> {
  const sql = worksTickets(viewer) ? ofWorkers : ofReaders
  const [counts] = await ask<DeskCounts>(em, sql, [viewer.user?.id ?? null, ...overdueIds(now).values], true)
  return { open: 0, new: 0, unassigned: 0, unanswered: 0, overdue: 0, mine: 0, waiting: 0, held: 0, ...counts }
}
