import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'

const DAY = 86_400_000
const BATCH = 200

/** H17: what has been done and without a word of either side for AUTO_CLOSE_DAYS is closed for good. */
export async function closeStale(
  fork: () => EntityManager,
  { autoCloseDays }: Pick<Config, 'autoCloseDays'>,
  now: Date,
): Promise<void> {
  const before = new Date(now.getTime() - autoCloseDays * DAY)
  while ((await fork().transactional(em => closeSome(em, before, now))) === BATCH);
}

/** Locked, and those in use skipped: whoever comments at this moment comes first, and the next run sees their word. */
async function closeSome(em: EntityManager, before: Date, now: Date): Promise<number> {
  const stale = await em.find(
    Ticket,
    { status: TicketStatus.DONE, lastMessageAt: { $lt: before } },
    { orderBy: { lastMessageAt: 'asc', id: 'asc' }, limit: BATCH, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE },
  )
  for (const ticket of stale) ticket.moveTo(TicketStatus.CLOSED, null, now)
  await em.flush()
  return stale.length
}
