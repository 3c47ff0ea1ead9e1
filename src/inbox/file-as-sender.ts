// A person's mail on its ticket, or as a new one.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { User } from '../people/user.ts'
import type { Ticket } from '../tickets/ticket.ts'
import { contentOf, filesOf } from './content.ts'
import { type End, endOfMessage } from './end.ts'
import type { Inbox } from './inbox.ts'
import { type IncomingMail, MailProof } from './incoming-mail.ts'
import { keepParts } from './keep-parts.ts'
import { proposeParticipants } from './participant-proposal.ts'
import type { MailFacts } from './reading/mail-facts.ts'
import { mayReceipt } from './receipt-budget.ts'
import { tellFilesLeftOut } from './tell-refused.ts'
import { write } from './write-mail.ts'

/** `target` null = it opens a ticket. Files are kept first; the message, its receipt and notices come by the mutation. */
export async function fileAsSender(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  sender: User,
  target: { operation: 'comment' | 'note'; ticket: Ticket; isAnswer: boolean } | null,
): Promise<End> {
  const { config, settings, clock } = inbox
  const parts = await keepParts(inbox, filesOf(facts), sender)
  inbox.after?.('files kept')
  const content = contentOf(facts, sender, parts, target === null)
  const mayBeTold = target === null || target.ticket.isClosed // a comment gets no receipt
  const isProven = mail.proof !== MailProof.NONE || config.mailAuth === 'off' // else somebody else would be told
  const wantsReceipt =
    isProven && mayBeTold && (await mayReceipt(em, settings.current, sender.email, facts.subject, clock()))
  const writing = target
    ? { operation: target.operation, number: target.ticket.number }
    : { operation: 'create' as const, subject: content.subject }
  // What an agent's answer quotes is the team's mail, notes included: it stays in the original, and goes to no customer.
  const folded = target?.isAnswer ? '' : content.folded
  const kept = { text: content.text, parts, content: { folded, html: content.html, wantsReceipt } }
  const message = await write(inbox, mail, sender, kept, writing)
  if (isProven && parts.leftOut.length > 0) {
    const { id: user, email: address, language } = sender
    const about = { user, ticket: message.ticket.id, message: message.id }
    await tellFilesLeftOut(em, { address, language, ...about }, clock())
  }
  if (isProven) await proposeParticipants(em, message, facts, config, clock())
  return endOfMessage(message)
}
