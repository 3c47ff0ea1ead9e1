// What every letter about a ticket shares.
import { replyAddress } from '../inbox/reply-address.ts'
import { leaveUrlOf } from '../list/leave-url.ts'
import type { Desk, Letter } from '../outbox/letter.ts'
import { greeting } from '../people/letter-facts.ts'
import { User } from '../people/user.ts'
import { shortSubject } from './short-subject.ts'
import { Ticket } from './ticket.ts'

export interface About {
  ticket: Ticket
  user: User
}

/** The rows of a letter; null where one of them is gone. */
export async function read({ em, mail }: Desk): Promise<About | null> {
  const { ticket: ticketId, user: userId } = mail.rows
  const ticket = ticketId ? await em.findOne(Ticket, ticketId) : null
  const user = userId ? await em.findOne(User, userId) : null
  return ticket && user && { ticket, user }
}

/** A notice in the ticket's thread; the writers change what is special about theirs. */
export async function ticketLetter(desk: Desk, about: About, facts: Letter['facts']): Promise<Letter> {
  const { ticket, user } = about
  return {
    subject: `Re: ${token(ticket)}${subjectOf(ticket)}`,
    origin: 'auto-generated',
    thread: { ticket: ticket.id, side: 'customer', isStart: false, origin: await originOf(desk, ticket) },
    replyTo: replyAddress('reply', ticket.number, desk.config),
    reason: 'ticket',
    leaveUrl: await leaveUrlOf(desk, user.id),
    facts: { ...facts, greeting: greeting(desk, user), ticket: ticketFacts(desk, about) },
    isStale: false,
  }
}

/** The Message-ID of the mail that the ticket began with; null where it began otherwise. */
async function originOf({ em }: Desk, { id }: Ticket): Promise<string | null> {
  const [row] = await em.execute<{ message_id: string | null }[]>(
    `select i.message_id from (select mail_id from message where ticket_id = ? order by created_at, id limit 1) m
     join incoming_mail i on i.id = m.mail_id`,
    [id],
  )
  return row?.message_id ?? null
}

/** A contact cannot open the ticket yet: a password is the way to it (H8). */
function ticketFacts({ t, url, formats }: Desk, { ticket, user }: About): object {
  return {
    number: `#${ticket.number}`,
    token: token(ticket).trim(),
    subject: subjectOf(ticket),
    status: ticket.status,
    statusLabel: t(`tickets:status.${ticket.status}`),
    received: formats(user.timezone).dateTime(ticket.createdAt),
    isProven: ticket.requesterProven,
    url: user.isContact ? null : url(`/tickets/${ticket.number}`),
    registerUrl: url('/register'),
  }
}

export const token = (ticket: Ticket): string => `[#${ticket.number}] `
export const subjectOf = (ticket: Ticket): string =>
  ticket.requesterProven ? ticket.subject : shortSubject(ticket.subject)
