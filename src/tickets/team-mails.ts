// What the team is told: new tickets and comments of customers.
import { replyAddress } from '../inbox/reply-address.ts'
import type { Desk, Letter, LetterWriter } from '../outbox/letter.ts'
import { User } from '../people/user.ts'
import type { Message } from './message.ts'
import { firstMessage, messageFacts, publicMessage } from './message-facts.ts'
import { Ticket } from './ticket.ts'

export const teamMails = {
  'team-new-ticket': desk => letter(desk, true),
  'team-comment': desk => letter(desk, false),
} satisfies Record<string, LetterWriter>

async function letter(desk: Desk, isStart: boolean): Promise<Letter | null> {
  const { em, mail, url, config } = desk
  const reader = mail.rows.user ? await em.findOne(User, mail.rows.user) : null
  const ticket = mail.rows.ticket
    ? await em.findOne(Ticket, mail.rows.ticket, { populate: ['requester', 'organization', 'category', 'assignee'] })
    : null
  const message = ticket && (await messageOf(desk, ticket))
  if (!reader || !message) return null
  return {
    subject: `${isStart ? '' : 'Re: '}[#${ticket.number}] ${ticket.subject}`,
    origin: 'auto-generated',
    thread: { ticket: ticket.id, side: 'team', isStart },
    // §6: a plain reply of the team is an internal note; what the customer is to read goes to an address of its own.
    replyTo: replyAddress('reply', ticket.number, config),
    reason: 'team',
    leaveUrl: null,
    preview: message.text,
    facts: {
      ticket: { number: `#${ticket.number}`, url: url(`/agent/tickets/${ticket.number}`) },
      message: messageFacts(desk, message, true),
      ticketDetails: details(desk, ticket, reader, message),
      answerAddress: replyAddress('answer', ticket.number, config),
    },
    isStale: false,
  }
}

const messageOf = async (desk: Desk, { id }: Ticket): Promise<Message | null> =>
  desk.mail.rows.message ? publicMessage(desk, id, desk.mail.rows.message) : firstMessage(desk, id)

/** Label and value; what there is none of is left out. */
function details({ t, mail, formats }: Desk, ticket: Ticket, reader: User, message: Message): [string, string][] {
  const { requester, organization, category, assignee } = ticket
  const unproven = ticket.requesterProven ? '' : `, ${t('mail:team.unproven')}`
  const categoryName = mail.language === 'de' ? category?.nameDe : category?.nameEn
  const rows: [string, string | null | undefined][] = [
    ['subject', ticket.subject],
    ['from', `${requester.name} (${requester.email}${unproven})`],
    ['organization', organization?.name],
    ['category', categoryName],
    ['status', t(`mail:teamStatus.${ticket.status}`)],
    ['priority', t(`mail:priority.${ticket.priority}`)],
    ['assignee', assignee?.name],
    ['received', formats(reader.timezone).dateTime(message.createdAt)],
  ]
  return rows.flatMap(([key, value]) => (value ? [[t(`mail:label.${key}`), value]] : []))
}
