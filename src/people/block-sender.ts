import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { entityOf } from '../graph/things.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import { isPublicProvider, normalizeDomain } from '../lib/mail-domain.ts'
import { personOfAddress } from './addresses.ts'
import { AdminEventType } from './admin-event.ts'
import { recordAct } from './admin-log.ts'
import { BlockedSender } from './blocked-sender.ts'
import { signedIn } from './viewer.ts'

/** Blocks an address or a domain as somebody typed it; what is blocked already stays as it is. */
export async function block(context: Context, typed: string, reason: string): Promise<BlockedSender> {
  const { em, viewer, now } = context
  const sender = typed.indexOf('@') > 0 ? normalizeAddress(typed) : normalizeDomain(typed)
  if (!sender) throw new Refusal('INVALID_SENDER', 'sender')
  await checkMayBeBlocked(context, sender)
  const known = await em.findOne(BlockedSender, { sender })
  if (known) return known
  const blockedBy = entityOf(em, signedIn(viewer))
  const blocked = new BlockedSender(sender, reason, blockedBy, now)
  em.persist(blocked)
  recordAct(context, AdminEventType.SENDER_BLOCKED, { about: sender, ...(reason && { to: reason }) })
  return blocked
}

export function unblock(context: Context, blocked: BlockedSender): void {
  context.em.remove(blocked)
  recordAct(context, AdminEventType.SENDER_UNBLOCKED, { about: blocked.sender })
}

/** Neither the help desk itself nor anybody of the team; and no provider where anybody gets an address. */
async function checkMayBeBlocked({ em, config }: Context, sender: string): Promise<void> {
  const isDomain = !sender.includes('@')
  const isOurs = isOf(config.supportAddress.toLowerCase(), sender)
  if (isOurs || (isDomain ? await isOfTeam(em, sender) : (await personOfAddress(em, sender))?.isTeam))
    throw new Refusal('TEAM_SENDER', 'sender')
  if (isDomain && isPublicProvider(sender)) throw new Refusal('PUBLIC_DOMAIN', 'sender', { domain: sender })
}

async function isOfTeam(em: Context['em'], domain: string): Promise<boolean> {
  const team = await em.execute<{ email: string }[]>(`select email from person where role <> 'CUSTOMER'`)
  return team.some(({ email }) => isOf(email, domain))
}

const isOf = (address: string, sender: string): boolean =>
  address === sender || (!sender.includes('@') && [`@${sender}`, `.${sender}`].some(end => address.endsWith(end)))
