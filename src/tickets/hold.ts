import { rateLimit } from '../database/rate-limit.ts'
import type { Context } from '../graph/context.ts'
import { clientKey } from '../lib/client-key.ts'
import { isBlockedSender } from '../people/blocked-sender.ts'
import { Hold } from './ticket.ts'

const HOUR = 3_600

/**
 * Product §7, public form: what looks like a program, or comes too often from one address or client, is held for the
 * team instead of refused, and so is what a blocked sender asks: the sender sees no difference. People who are signed in are exempt.
 */
export async function holdFor(context: Context, email: string): Promise<Hold | null> {
  const { viewer, client, config } = context
  if (viewer.user || !client) return null
  if (await isBlockedSender(context.em, email)) return Hold.BLOCKED
  if (client.honeypot !== '') return Hold.HONEYPOT
  if (client.seconds !== null && client.seconds < config.formMinSeconds) return Hold.TOO_FAST
  const limit = rateLimit(context.em, { name: 'form', points: config.formLimit, seconds: HOUR })
  // One after the other, on the transaction's one connection; both are counted, whatever the first says.
  const ofAddress = await limit.consume(`address:${email}`).then(() => true, isOverLimit)
  const ofClient = await limit.consume(`client:${clientKey(client.address)}`).then(() => true, isOverLimit)
  return ofAddress && ofClient ? null : Hold.RATE
}

/** The limiter rejects with its count; anything else is a fault. */
function isOverLimit(reason: unknown): false {
  if (reason instanceof Error) throw reason
  return false
}
