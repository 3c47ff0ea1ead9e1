import { leaveUrlOf } from '../list/leave-url.ts'
import type { Desk, Letter } from '../outbox/letter.ts'
import { greeting } from '../people/letter-facts.ts'
import { reportSwitchPath } from '../people/report-switch.ts'
import { User } from '../people/user.ts'
import { Hold, Ticket } from './ticket.ts'
import { subjectOf } from './ticket-letter.ts'
import { TicketStatus } from './ticket-status.ts'

/** More of each kind than anybody reads in a mail; the list in the portal has them all. */
const LISTED = 25

/** H5: one's open requests as they are when the mail goes. Stale for whoever has none left, or is off the list (§3). */
export async function weeklyReportLetter(desk: Desk): Promise<Letter | null> {
  const { em, mail, t, url, config } = desk
  const user = mail.rows.user ? await em.findOne(User, mail.rows.user) : null
  if (!user) return null
  const waiting = await openTickets(desk, user, [TicketStatus.WAITING])
  const others = await openTickets(desk, user, [TicketStatus.NEW, TicketStatus.OPEN])
  const leaveUrl = await leaveUrlOf(desk, user.id)
  const isWanted = leaveUrl !== null && user.wantsWeeklyReport && user.disabledAt === null
  return {
    subject: t('mail:weekly-report.subject', { brand: config.brandName }),
    origin: 'auto-generated',
    thread: null,
    reason: 'report',
    leaveUrl,
    switchOffUrl: url(reportSwitchPath(user, config)),
    facts: {
      greeting: greeting(desk, user),
      waiting: waiting.slice(0, LISTED),
      others: others.slice(0, LISTED),
      hasMore: Math.max(waiting.length, others.length) > LISTED,
      ticketsUrl: url('/tickets?status=open'),
    },
    isStale: !isWanted || waiting.length + others.length === 0,
  }
}

/** As the mail shows them, the last changed first; one more than it shows where there are more. */
async function openTickets({ em, t, url, formats }: Desk, user: User, status: TicketStatus[]) {
  const tickets = await em.find(
    Ticket,
    { requester: user.id, isOpen: true, status: { $in: status }, $or: [{ hold: null }, { hold: { $ne: Hold.SPAM } }] },
    { orderBy: { updatedAt: 'desc', id: 'desc' }, limit: LISTED + 1 },
  )
  const { date } = formats(user.timezone)
  return tickets.map(ticket => ({
    title: `#${ticket.number} ${subjectOf(ticket)}`,
    detail: t('mail:weekly-report.line', {
      status: t(`tickets:status.${ticket.status}`),
      date: date(ticket.updatedAt),
    }),
    url: url(`/tickets/${ticket.number}`),
  }))
}
