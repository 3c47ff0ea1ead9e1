import { LockMode } from '@mikro-orm/postgresql'
import type { Plaindesk } from '../../plaindesk.ts'
import { Ticket } from '../../tickets/ticket.ts'
import { openStatuses, TicketStatus } from '../../tickets/ticket-status.ts'

const DAY = 86_400_000
const BATCH = 200

/** Tickets of mailboxes about which nobody has written for so long are closed, as of their last message; nobody is told. */
export async function closeOld({ orm, clock }: Pick<Plaindesk, 'orm' | 'clock'>, days: number): Promise<number> {
  const now = clock()
  const before = new Date(now.getTime() - days * DAY)
  for (let closed = 0; ; ) {
    const some = await orm.em.fork({ flushMode: 'commit' }).transactional(async em => {
      await em.execute(`select set_config('plaindesk.history', 'on', true)`)
      const old = await em.execute<{ id: string }[]>(
        `select t.id from imported i join ticket t on t.id = i.row_id
         where i.key = md5('mailbox ' || t.id)::uuid and t.status = any(?::ticket_status[]) and t.last_message_at < ? limit ?`,
        [`{${openStatuses}}`, before, BATCH],
      )
      const ids = old.map(({ id }) => id)
      const tickets = await em.find(Ticket, { id: { $in: ids } }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      for (const ticket of tickets) {
        ticket.moveTo(TicketStatus.CLOSED, null, ticket.lastMessageAt)
        ticket.touchedAt = now
      }
      await em.flush()
      return tickets.length
    })
    closed += some
    if (some < BATCH) return closed
  }
}
