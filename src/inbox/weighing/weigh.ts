// Gathers what is known of a person's mail: who sent it, whether they did, and what it belongs to.
import type { EntityManager } from '@mikro-orm/postgresql'
import { personOfAddress } from '../../people/addresses.ts'
import { isBlockedSender } from '../../people/blocked-sender.ts'
import type { User } from '../../people/user.ts'
import type { Inbox } from '../inbox.ts'
import { type IncomingMail, MailMatch, MailProof } from '../incoming-mail.ts'
import type { MailFacts } from '../reading/mail-facts.ts'
import { senderAddress } from '../sender-address.ts'
import { soleAuthor } from './sole-author.ts'
import { isPartOf, type Match, ticketOfMail } from './ticket-of-mail.ts'
import { judge } from './verdict.ts'
import { type Decision, decide } from './whose-mail.ts'

export interface Weighed {
  sender: User | null
  match: Match | null
  decision: Decision
}

/** Decides what is done with a mail; the verdict is noted on it. `raw` must be whole, because signatures cover all of it. */
export async function weigh(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  raw: Buffer,
): Promise<Weighed> {
  const { config } = inbox
  const sender = await senderOf(em, facts)
  const match = await matchOf(inbox, em, mail, facts, sender)
  mail.proof = await proofOf(inbox, mail, facts, raw)
  mail.match = match?.by ?? null
  const decision = decide({
    mailAuth: config.mailAuth,
    isBlocked: !mail.acceptedBy && (await isBlocked(em, facts)),
    proof: mail.proof,
    sender: sender && {
      isConfirmed: !sender.isContact,
      isDisabled: sender.disabledAt !== null,
      isTeam: sender.isTeam && !sender.isContact,
    },
    match,
  })
  return { sender, match, decision }
}

async function isBlocked(em: EntityManager, facts: Pick<MailFacts, 'from'>): Promise<boolean> {
  const email = senderAddress(facts)
  return email !== null && isBlockedSender(em, email)
}

export async function senderOf(em: EntityManager, facts: Pick<MailFacts, 'from'>): Promise<User | null> {
  const email = senderAddress(facts)
  return email ? personOfAddress(em, email) : null
}

export async function matchOf(
  { config }: Inbox,
  em: EntityManager,
  { chosenTicket, envelope }: IncomingMail,
  facts: MailFacts,
  sender: User | null,
): Promise<Match | null> {
  const found = await ticketOfMail(em, facts, envelope.to, sender, config)
  if (!chosenTicket) return found
  await em.populate(chosenTicket, ['participants', 'requester'])
  const isAnswer = found?.ticket === chosenTicket && found.isAnswer
  return { ticket: chosenTicket, by: MailMatch.AGENT, takesPart: isPartOf(chosenTicket, sender), isAnswer }
}

/** What is known already is not asked for again, except where the DNS gave no answer. */
async function proofOf(inbox: Inbox, mail: IncomingMail, facts: MailFacts, raw: Buffer): Promise<MailProof> {
  if (mail.acceptedBy && mail.proof !== MailProof.AUTHENTICATED) return MailProof.AGENT
  if (mail.verdict && mail.verdict.proof !== 'UNKNOWN') return MailProof[mail.verdict.proof]
  // Nobody looks where it changes nothing; development machines may have no DNS.
  if (inbox.config.mailAuth === 'off') return MailProof.NONE
  const author = soleAuthor(facts, raw)
  const { envelope, door } = mail
  mail.verdict = await judge({ raw, author, envelope, door }, inbox.config, inbox.resolver)
  return MailProof[mail.verdict.proof]
}
