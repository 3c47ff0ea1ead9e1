// What programs send: kept where it belongs, never answered, and it opens nothing (RFC 3834).
import type { EntityManager } from '@mikro-orm/postgresql'
import { LockMode } from '@mikro-orm/postgresql'
import { recordBounce } from '../outbox/bounce.ts'
import { messageIdKey, parseMessageId } from '../outbox/message-id.ts'
import { Ticket } from '../tickets/ticket.ts'
import { Channel } from '../tickets/vocabulary.ts'
import { type End, ended, endOfMessage } from './end.ts'
import type { Inbox } from './inbox.ts'
import { type IncomingMail, MailOutcome } from './incoming-mail.ts'
import type { MailFacts } from './reading/mail-facts.ts'
import { weigh } from './weighing/weigh.ts'

const MAX_TEXT = 100_000

/** Null: a person wrote it. */
export async function byMachine(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  raw: Buffer,
): Promise<End | null> {
  if (isOwn(facts.messageId, inbox)) return ended(MailOutcome.LOOP, 'OWN_MAIL')
  if (facts.kind === 'bounce') return bounced(inbox, em, facts)
  if (facts.kind === 'automatic') return keepAutomatic(inbox, em, mail, facts, raw)
  return facts.from === null ? ended(MailOutcome.UNREADABLE, 'NO_SENDER') : null
}

export const isOwn = (messageId: string | null, { config }: Pick<Inbox, 'config'>): boolean =>
  messageId !== null && parseMessageId(messageId, messageIdKey(config.sessionSecret)) !== null

/** Matched to the mail it is about by that mail's signed Message-ID; without it nobody's address is counted against. */
async function bounced({ config, settings, clock }: Inbox, em: EntityManager, { report }: MailFacts): Promise<End> {
  const id = report?.originalMessageId
  const mail = id ? parseMessageId(id, messageIdKey(config.sessionSecret)) : null
  if (!report || !mail) return ended(MailOutcome.BOUNCE, 'NOT_OURS')
  for (const { recipient, isHard, status, reason } of report.failures) {
    const words = status && !reason.includes(status) ? `${status} ${reason}` : reason
    await recordBounce(em, { mail, recipient, isHard, reason: words }, settings.current, clock())
  }
  const ticket = mail.ticket ? await em.findOne(Ticket, mail.ticket) : null
  return ended(MailOutcome.BOUNCE, report.failures.some(({ isHard }) => isHard) ? 'HARD' : 'SOFT', ticket)
}

/** On its ticket, by the rules for people, folded and for the team alone; else it lies in the ledger. */
async function keepAutomatic(
  inbox: Inbox,
  em: EntityManager,
  mail: IncomingMail,
  facts: MailFacts,
  raw: Buffer,
): Promise<End> {
  const { sender, match, decision } = await weigh(inbox, em, mail, facts, raw)
  const reason = facts.kindReason ?? 'AUTOMATIC'
  if (!sender || !match || decision.is !== 'append') return ended(MailOutcome.AUTOMATIC, reason)
  const content = { id: mail.id, folded: facts.folded, html: null, wantsReceipt: false }
  const message = await em.transactional(async inside => {
    const ticket = await inside.findOneOrFail(Ticket, match.ticket.id, { lockMode: LockMode.PESSIMISTIC_WRITE })
    const details = { channel: Channel.EMAIL, now: inbox.clock(), mail: content }
    const kept = ticket.keepAutomatic(sender, facts.visible.slice(0, MAX_TEXT).toWellFormed(), details)
    inside.persist(kept)
    return kept
  })
  return { ...endOfMessage(message), reason }
}
