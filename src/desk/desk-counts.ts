import type { EntityManager } from '@mikro-orm/postgresql'
import { COUNT_LIMIT } from '../graph/connection.ts'
import { type Viewer, worksTickets } from '../people/viewer.ts'
import type { DeskCounts } from './desk.ts'

/** No more rows are looked at than are counted; each condition has an index of its own (ticket.ts). */
const upTo = (condition: string) =>
  `(select count(*)::int from (select from ticket where ${condition} limit ${COUNT_LIMIT}) as counted)`

const inQueue = 'is_open and hold is null'
const toBeReleased = "hold in ('RATE', 'HONEYPOT', 'TOO_FAST')"

/** All figures of the queue in one statement. */
export async function deskCounts(em: EntityManager, viewer: Viewer): Promise<DeskCounts> {
  const [counts] = await em.execute<DeskCounts[]>(
    `select ${upTo(inQueue)} as open,
      ${upTo(`${inQueue} and not is_answered`)} as unanswered,
      ${upTo(`${inQueue} and assignee_id = ?`)} as mine,
      ${upTo("status = 'WAITING' and hold is null")} as waiting,
      ${worksTickets(viewer) ? upTo(toBeReleased) : '0'} as held`,
    [viewer.user?.id ?? null],
  )
  return { open: 0, unanswered: 0, mine: 0, waiting: 0, held: 0, ...counts }
}
