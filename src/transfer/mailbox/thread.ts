// Which ticket a mail of the past belongs to: by the mail door's own rules, and else by the mail that it answers, where that one
// is in the ledger. The door itself believes no Message-ID but ours, because others can be forged; here the operator vouches.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Inbox } from '../../inbox/inbox.ts'
import type { MailMatch } from '../../inbox/incoming-mail.ts'
import type { MailFacts } from '../../inbox/reading/mail-facts.ts'
import { ticketOfMail } from '../../inbox/weighing/ticket-of-mail.ts'
import type { User } from '../../people/user.ts'
import { Ticket } from '../../tickets/ticket.ts'

export interface Place {
  ticket: Ticket
  /** Null = by the Message-ID of another mail, which anybody could write. */
  by: MailMatch | null
  /** It went to the address by which agents answer the customer. */
  isAnswer: boolean
}

export async function placeOf(
  { config }: Pick<Inbox, 'config'>,
  em: EntityManager,
  facts: MailFacts,
  sender: User | null,
): Promise<Place | null> {
  const known = await ticketOfMail(em, facts, [], sender, config)
  if (known) return known
  const id = await answeredTicket(em, answeredBy(facts))
  const ticket = id && (await em.findOne(Ticket, id, { populate: ['participants', 'requester'] }))
  return ticket ? { ticket, by: null, isAnswer: false } : null
}

/** What it answers first, then what that goes back to, the nearest before the farthest. */
export const answeredBy = ({ inReplyTo, references }: Pick<MailFacts, 'inReplyTo' | 'references'>): string[] => [
  ...new Set([...inReplyTo, ...references.toReversed()]),
]

async function answeredTicket(em: EntityManager, ids: readonly string[]): Promise<string | null> {
  if (ids.length === 0) return null
  const [row] = await em.execute<{ id: string }[]>(
    `select coalesce(t.merged_into_id, t.id) as id from incoming_mail m join ticket t on t.id = m.ticket_id
     where m.identity = any(?::text[]) order by array_position(?::text[], m.identity) limit 1`,
    [textArray(ids), textArray(ids)],
  )
  return row?.id ?? null
}

/** An array as PostgreSQL reads it. */
const textArray = (texts: readonly string[]): string =>
  `{${texts.map(text => `"${text.replace(/["\\]/g, '\\$&').replaceAll('\0', '')}"`).join(',')}}`
