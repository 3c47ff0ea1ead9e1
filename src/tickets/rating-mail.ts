import type { Desk, Letter } from '../outbox/letter.ts'
import { Rating } from './rating.ts'
import { ratingPath } from './rating-link.ts'
import { read, ticketLetter } from './ticket-letter.ts'
import { openStatuses } from './ticket-status.ts'

/** Asks how it was. Stale where the ticket is open again, or was rated. */
export async function satisfactionLetter(desk: Desk): Promise<Letter | null> {
  const about = await read(desk)
  if (!about) return null
  const { ticket, user } = about
  const url = desk.url(ratingPath(ticket, desk.config))
  const facts = {
    goodUrl: `${url}?score=GOOD`,
    badUrl: `${url}?score=BAD`,
    accountUrl: user.isContact ? null : desk.url('/account'),
  }
  const isStale = openStatuses.includes(ticket.status) || (await desk.em.count(Rating, { ticket })) > 0
  return { ...(await ticketLetter(desk, about, facts)), isStale }
}
