import type { Message } from '../tickets/message.ts'
import type { Ticket } from '../tickets/ticket.ts'
import { MailOutcome } from './incoming-mail.ts'

/** What became of a mail. */
export interface End {
  outcome: MailOutcome
  /** Why, as a key of the catalogue `inbox`. */
  reason: string | null
  ticket: Ticket | null
  message: Message | null
}

export const ended = (outcome: MailOutcome, reason: string | null, ticket: Ticket | null = null): End => ({
  outcome,
  reason,
  ticket,
  message: null,
})

/** What a message tells of how it came about, so that nothing more has to be remembered. Needs its ticket. */
export function endOfMessage(message: Message): End {
  const { ticket } = message
  const isFirst = message.createdAt.getTime() === ticket.createdAt.getTime()
  const opened = ticket.followUpOf ? MailOutcome.FOLLOWED_UP : MailOutcome.CREATED
  const outcome = message.isAutomatic ? MailOutcome.AUTOMATIC : isFirst ? opened : MailOutcome.APPENDED
  return { outcome, reason: null, ticket, message }
}
