// Mail that came back, and addresses that nothing more is sent to.
import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { cleanLine } from '../lib/clean-text.ts'
import { MailAddress } from './mail-address.ts'
import type { MailReference } from './message-id.ts'
import { MailState, OutboxMail } from './outbox-mail.ts'

const REASON_LENGTH = 500
/** States of a mail that was sent; a report about any other comes from nobody's mail server. */
const sent = [MailState.SENT, MailState.BOUNCED]

type BounceLimit = Pick<Config, 'hardBounces'>

/** What a delivery report says of one of our mails. */
export interface Bounce {
  /** What the Message-ID of the mail tells (`parseMessageId`). */
  mail: MailReference
  /** As the report names it; empty where it names none. */
  recipient: string
  /** 5.x.x: it will never arrive. Else it is late, or was given up after days. */
  isHard: boolean
  /** The remote server's words, best with the status in front: "5.1.1 no such user". */
  reason: string
}

/**
 * Notes on a mail that it did not arrive, or not yet, and counts hard bounces of its address: after HARD_BOUNCES nothing
 * more is sent there. The same report a second time changes nothing. Null where it is no mail of ours that was sent.
 */
export function recordBounce(
  em: EntityManager,
  bounce: Bounce,
  config: BounceLimit,
  now: Date,
): Promise<OutboxMail | null> {
  return em.transactional(async inside => {
    const mail = await mailOf(inside, bounce)
    if (!mail || !sent.includes(mail.state)) return null
    if (mail.state === MailState.BOUNCED) return mail
    mail.lastError = cleanLine(bounce.reason).replaceAll(mail.recipient, '…').slice(0, REASON_LENGTH)
    if (!bounce.isHard) return mail
    mail.state = MailState.BOUNCED
    await countBounce(inside, mail.recipient, mail.lastError, config, now)
    return mail
  })
}

/** One more hard bounce of an address. */
export async function countBounce(
  em: EntityManager,
  address: string,
  reason: string,
  { hardBounces }: BounceLimit,
  now: Date,
): Promise<void> {
  await em.transactional(async inside => {
    const known = 'insert into mail_address (address, last_bounced_at) values (?, ?) on conflict do nothing'
    await inside.execute(known, [address, now])
    const row = await inside.findOneOrFail(MailAddress, { address }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    row.bounced(reason, hardBounces, now)
  })
}

/** Whether nothing may be sent to an address, whatever it is (product §7: dead address). */
export async function isBlocked(em: EntityManager, address: string): Promise<boolean> {
  return (await em.count(MailAddress, { address, blockedAt: { $ne: null } })) > 0
}

/** From now on mails go there again; says whether they did not before. */
export async function liftBlock(em: EntityManager, address: string): Promise<boolean> {
  const row = await em.findOne(MailAddress, { address }, { lockMode: LockMode.PESSIMISTIC_WRITE })
  const wasBlocked = row?.blockedAt != null
  row?.lift()
  return wasBlocked
}

/** A thread's first mail tells its ticket; the team's goes to several, who are told apart by the report. */
async function mailOf(em: EntityManager, { mail: { ticket, part }, recipient }: Bounce): Promise<OutboxMail | null> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE }
  if (part !== 'start' && part !== 'team') return em.findOne(OutboxMail, part, lock)
  const [row, ...others] = await em.execute<{ id: string; recipient: string }[]>(
    `select id, recipient from outbox_mail where rows->>'ticket' = ? and template in ('receipt', 'team-new-ticket') and template = ?
     order by recipient = ? desc, created_at desc`,
    [ticket, part === 'start' ? 'receipt' : 'team-new-ticket', recipient.toLowerCase()],
  )
  const isSure = row && (others.length === 0 || row.recipient === recipient.toLowerCase())
  return isSure ? em.findOne(OutboxMail, row.id, lock) : null
}
