// A person's mail: filed as its sender, held for an agent, or refused.
import type { EntityManager } from '@mikro-orm/postgresql'
import { normalizeAddress } from '../lib/email-address.ts'
import { findOrCreateContact } from '../people/contact.ts'
import type { User } from '../people/user.ts'
import { Ticket } from '../tickets/ticket.ts'
import { contentOf, filesOf } from './content.ts'
import { type End, ended, endOfMessage } from './end.ts'
import type { Inbox } from './inbox.ts'
import { type IncomingMail, MailOutcome, MailProof } from './incoming-mail.ts'
import { keepParts } from './keep-parts.ts'
import { languageOfText } from './language-of-text.ts'
import { proposeParticipants } from './participant-proposal.ts'
import type { MailFacts } from './reading/mail-facts.ts'
import { mayReceipt } from './receipt-budget.ts'
import { tellFilesLeftOut, tellRefused } from './tell-refused.ts'
import { isPartOf } from './ticket-of-mail.ts'
import { weigh } from './weigh.ts'
import { write } from './write-mail.ts'

/** Product §7: more than so many mails an hour of one sender wait for an agent. */
const MAILS_AN_HOUR = 20
const HOUR_MS = 3_600_000

export async function byPerson(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  raw: Buffer,
  isLastTry: boolean,
): Promise<End> {
  if (mail.acceptedBy) await letIn(inbox, em, mail, facts)
  const { sender, match, decision } = await weigh(inbox, em, mail, facts, raw)
  inbox.after?.('weighed')
  if (!mail.acceptedBy && (await isOverLimit(inbox, em, mail))) return ended(MailOutcome.HELD, 'TOO_MANY')
  if (decision.is === 'held') return held(decision.reason, isLastTry, match?.ticket ?? null)
  if (decision.is === 'refused' || !sender) return refused(inbox, em, mail, facts, decision)
  const operation = decision.is === 'append' && decision.as === 'note' ? 'note' : 'comment'
  const isAnswer = decision.is === 'append' && decision.as === 'answer'
  return file(inbox, em, mail, facts, sender, match && { operation, ticket: match.ticket, isAnswer })
}

/** A DNS that gives no answer may give one later. */
function held(reason: string, isLastTry: boolean, ticket: Ticket | null): End {
  if (reason === 'DNS' && !isLastTry) throw new Error('The DNS gave no answer about the sender.')
  return ended(MailOutcome.HELD, reason, ticket)
}

/** What is written in somebody's name without proof does not use up what they may write themselves. */
async function isOverLimit({ clock }: Inbox, em: EntityManager, mail: IncomingMail): Promise<boolean> {
  const since = new Date(clock().getTime() - HOUR_MS)
  const [row] = await em.execute<{ count: string }[]>(
    `select count(*) from incoming_mail where from_address = ? and received_at > ? and received_at <= ? and id <> ?
       and kind = 'person' and outcome in ('APPENDED', 'CREATED', 'FOLLOWED_UP', 'HELD') and proof = ?`,
    [mail.fromAddress, since, mail.receivedAt, mail.id, mail.proof],
  )
  return Number(row?.count) >= MAILS_AN_HOUR
}

/** Where nobody could be told at SMTP time, and the author is who it says: one polite notice. */
async function refused(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  decision: { is: string; reason?: string },
): Promise<End> {
  const address = facts.from && normalizeAddress(facts.from.address)
  const isReachable = mail.door !== 'SMTP' && mail.proof === MailProof.AUTHENTICATED
  if (address && isReachable)
    await tellRefused(
      em,
      { address, language: languageOfText(facts.subject, facts.visible), mail: mail.id },
      inbox.clock(),
    )
  return ended(MailOutcome.REFUSED, decision.reason ?? 'NO_ACCOUNT')
}

async function file(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  sender: User,
  target: { operation: 'comment' | 'note'; ticket: Ticket; isAnswer: boolean } | null,
): Promise<End> {
  const { config, clock } = inbox
  const parts = await keepParts(inbox, filesOf(facts), sender)
  inbox.after?.('files kept')
  const content = contentOf(facts, sender, parts, target === null)
  const mayBeTold = target === null || target.ticket.isClosed // a comment gets no receipt
  const isProven = mail.proof !== MailProof.NONE || config.mailAuth === 'off' // else somebody else would be told
  const wantsReceipt = isProven && mayBeTold && (await mayReceipt(em, sender.email, facts.subject, clock()))
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

/** An agent's word: whoever is new becomes a contact, and takes part in the ticket that the mail belongs to. */
async function letIn({ clock }: Inbox, em: EntityManager, mail: IncomingMail, facts: MailFacts): Promise<void> {
  const email = facts.from && normalizeAddress(facts.from.address)
  if (!email) return
  const typed = {
    email,
    name: facts.from?.name ?? '',
    language: languageOfText(facts.subject, facts.visible),
    now: clock(),
  }
  await em.transactional(async inside => {
    const sender = await findOrCreateContact(inside, typed)
    const ticket = mail.chosenTicket ?? (mail.ticket as Ticket | null)
    if (!ticket) return
    await inside.populate(ticket, ['participants', 'requester'])
    if (!isPartOf(ticket, sender)) ticket.participants.add(sender)
  })
}
