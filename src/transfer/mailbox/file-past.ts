// A mail of the past on its ticket, at the time when it was written. The entities' own rules decide what it does there, as for
// every mail; but nobody is told of it, and who may write is not asked: it was written.
import type { EntityManager } from '@mikro-orm/postgresql'
import { LockMode } from '@mikro-orm/postgresql'
import { isOwn } from '../../inbox/by-machine.ts'
import { contentOf, filesOf } from '../../inbox/content.ts'
import { type End, ended } from '../../inbox/end.ts'
import { fork, type Inbox } from '../../inbox/inbox.ts'
import { type IncomingMail, MailOutcome, MailProof } from '../../inbox/incoming-mail.ts'
import { dropParts, type KeptParts, keepParts } from '../../inbox/keep-parts.ts'
import { languageOfText } from '../../inbox/language-of-text.ts'
import type { MailFacts } from '../../inbox/reading/mail-facts.ts'
import { senderAddress } from '../../inbox/sender-address.ts'
import { personOfAddress } from '../../people/addresses.ts'
import { isBlockedSender } from '../../people/blocked-sender.ts'
import { findOrCreateContact } from '../../people/contact.ts'
import { User } from '../../people/user.ts'
import { takeAttachments } from '../../tickets/keep-upload.ts'
import type { Message } from '../../tickets/message.ts'
import { type MessageDetails, Ticket } from '../../tickets/ticket.ts'
import { Channel } from '../../tickets/vocabulary.ts'
import { say } from './say.ts'
import { type Place, placeOf } from './thread.ts'

/** What a mail is, before anything is written. */
export interface Past {
  facts: MailFacts
  at: Date
  mail: IncomingMail
}

/** Files a mail with its line of the ledger, in one transaction; the inbox's clock shows its time, `now` is when it is done. */
export async function filePast(inbox: Inbox, past: Past, now: Date): Promise<End> {
  const machine = await byMachine(inbox, fork(inbox), past.facts)
  if (machine) return write(inbox, past, async () => machine, now)
  const sender = await senderOf(inbox, past)
  const parts = await keepParts(inbox, filesOf(past.facts), sender)
  try {
    return await write(inbox, past, em => onTicket(inbox, em, past, sender.id, parts), now)
  } catch (error) {
    await dropParts(inbox, parts)
    throw error
  }
}

/** What is nobody's word: reports, what programs wrote, our own mails, and blocked senders'. Null: it goes onto a ticket. */
export async function byMachine(inbox: Inbox, em: EntityManager, facts: MailFacts): Promise<End | null> {
  if (isOwn(facts.messageId, inbox)) return ended(MailOutcome.LOOP, 'OWN_MAIL')
  if (facts.kind === 'bounce') return ended(MailOutcome.BOUNCE, 'NOT_OURS')
  const address = senderAddress(facts)
  if (address === null) return ended(MailOutcome.UNREADABLE, 'NO_SENDER')
  if (await isBlockedSender(em, address)) return ended(MailOutcome.HELD, 'BLOCKED')
  if (facts.kind === 'person') return null
  const sender = await personOfAddress(em, address)
  const place = sender && (await placeOf(inbox, em, facts, sender))
  return place ? null : ended(MailOutcome.AUTOMATIC, facts.kindReason ?? 'AUTOMATIC')
}

async function senderOf(inbox: Inbox, { facts, at }: Past): Promise<User> {
  const email = senderAddress(facts) ?? ''
  const typed = { email, name: facts.from?.name ?? '', language: languageOfText(facts.subject, facts.visible), now: at }
  return fork(inbox).transactional(em => findOrCreateContact(em, typed))
}

async function onTicket(inbox: Inbox, em: EntityManager, past: Past, senderId: string, parts: KeptParts): Promise<End> {
  const { facts, at, mail } = past
  const sender = await em.findOneOrFail(User, senderId)
  const place = await placeOf(inbox, em, facts, sender)
  if (place) await em.findOneOrFail(Ticket, place.ticket.id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })
  const content = contentOf(facts, sender, parts, place === null)
  const kept = { id: mail.id, folded: content.folded, html: content.html, wantsReceipt: false }
  const details: MessageDetails = { channel: Channel.EMAIL, now: at, mail: kept }
  const message = await say(inbox, em, facts, { sender, place, content, details })
  em.persist(message)
  await takeAttachments(em, parts.ids, sender, message, inbox.settings.current)
  mail.match = place?.by ?? null
  mail.proof = MailProof.AGENT
  return { outcome: outcomeOf(message, place), reason: null, ticket: message.ticket, message }
}

function outcomeOf({ ticket, isAutomatic }: Message, place: Place | null): MailOutcome {
  if (isAutomatic) return MailOutcome.AUTOMATIC
  if (place === null) return MailOutcome.CREATED
  return ticket === place.ticket ? MailOutcome.APPENDED : MailOutcome.FOLLOWED_UP
}

async function write(inbox: Inbox, { mail }: Past, work: (em: EntityManager) => Promise<End>, now: Date): Promise<End> {
  return fork(inbox).transactional(async em => {
    await em.execute(`select set_config('plaindesk.history', 'on', true)`)
    const end = await work(em)
    const { outcome, reason, ticket } = end
    Object.assign(mail, { outcome, reason, ticket, handledAt: now })
    // For the team it is a change of today: whoever keeps a copy learns of it.
    if (ticket) ticket.touchedAt = now
    em.persist(mail)
    await em.flush()
    if (ticket && openings.includes(outcome)) await remember(em, ticket)
    return end
  })
}

const openings: readonly MailOutcome[] = [MailOutcome.CREATED, MailOutcome.FOLLOWED_UP]

/** That it came by an import, so that it is closed at the end where it is old. */
async function remember(em: EntityManager, { id }: Ticket): Promise<void> {
  await em.execute(`insert into imported (key, row_id) values (md5('mailbox ' || ?)::uuid, ?)`, [id, id])
}
