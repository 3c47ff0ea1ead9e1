// A person's mail: filed as its sender, held for an agent, or refused.
import type { EntityManager } from '@mikro-orm/postgresql'
import { findOrCreateContact } from '../people/contact.ts'
import type { Ticket } from '../tickets/ticket.ts'
import { type End, ended } from './end.ts'
import { fileAsSender } from './file-as-sender.ts'
import type { Inbox } from './inbox.ts'
import { type IncomingMail, MailOutcome, MailProof } from './incoming-mail.ts'
import { languageOfText } from './language-of-text.ts'
import type { MailFacts } from './reading/mail-facts.ts'
import { senderAddress } from './sender-address.ts'
import { tellRefused } from './tell-refused.ts'
import { isPartOf } from './weighing/ticket-of-mail.ts'
import { weigh } from './weighing/weigh.ts'

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
  if (decision.is === 'held' && decision.reason === 'BLOCKED') return ended(MailOutcome.HELD, 'BLOCKED', match?.ticket)
  if (!mail.acceptedBy && (await isOverLimit(inbox, em, mail))) return ended(MailOutcome.HELD, 'TOO_MANY')
  if (decision.is === 'held') return held(decision.reason, isLastTry, match?.ticket ?? null)
  if (decision.is === 'refused' || !sender) return refused(inbox, em, mail, facts, decision)
  const operation = decision.is === 'append' && decision.as === 'note' ? 'note' : 'comment'
  const isAnswer = decision.is === 'append' && decision.as === 'answer'
  return fileAsSender(inbox, em, mail, facts, sender, match && { operation, ticket: match.ticket, isAnswer })
}

/** A DNS that gives no answer may give one later. */
function held(reason: string, isLastTry: boolean, ticket: Ticket | null): End {
  if (reason === 'DNS' && !isLastTry) throw new Error('The DNS gave no answer about the sender.')
  return ended(MailOutcome.HELD, reason, ticket)
}

/** Product §7, loops: more than so many mails an hour of one sender wait for an agent. What is written in somebody's name without proof does not use up what they may write themselves. */
async function isOverLimit({ clock, settings }: Inbox, em: EntityManager, mail: IncomingMail): Promise<boolean> {
  const since = new Date(clock().getTime() - HOUR_MS)
  const [row] = await em.execute<{ count: string }[]>(
    `select count(*) from incoming_mail where from_address = ? and received_at > ? and received_at <= ? and id <> ?
       and kind = 'person' and outcome in ('APPENDED', 'CREATED', 'FOLLOWED_UP', 'HELD') and proof = ?`,
    [mail.fromAddress, since, mail.receivedAt, mail.id, mail.proof],
  )
  return Number(row?.count) >= settings.current.mailsPerHour
}

/** Where nobody could be told at SMTP time, and the author is who it says: one polite notice. */
async function refused(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  decision: { is: string; reason?: string },
): Promise<End> {
  const address = senderAddress(facts)
  const isReachable = mail.door !== 'SMTP' && mail.proof === MailProof.AUTHENTICATED
  if (address && isReachable)
    await tellRefused(
      em,
      { address, language: languageOfText(facts.subject, facts.visible), mail: mail.id },
      inbox.clock(),
    )
  return ended(MailOutcome.REFUSED, decision.reason ?? 'NO_ACCOUNT')
}

/** An agent's word: whoever is new becomes a contact, and takes part in the ticket that the mail belongs to. */
async function letIn({ clock }: Inbox, em: EntityManager, mail: IncomingMail, facts: MailFacts): Promise<void> {
  const email = senderAddress(facts)
  if (!email) return
  const typed = {
    email,
    name: facts.from?.name ?? '',
    language: languageOfText(facts.subject, facts.visible),
    now: clock(),
  }
  await em.transactional(async inside => {
    const sender = await findOrCreateContact(inside, typed)
    const ticket = mail.chosenTicket ?? mail.ticket
    if (!ticket) return
    await inside.populate(ticket, ['participants', 'requester'])
    if (!isPartOf(ticket, sender)) ticket.participants.add(sender)
  })
}
