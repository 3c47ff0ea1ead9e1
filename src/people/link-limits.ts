// Anybody can have a link mailed to any address, so it is limited: nobody's mailbox is filled by us, and nobody fills many.
import { rateLimit } from '../database/rate-limit.ts'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { clientKey } from '../lib/client-key.ts'
import { attemptKey } from './login-attempts.ts'

const HOUR = 3600
/** Mails an hour for one address, whether or not anybody has it, … */
const perAddress = { name: 'link-mails', points: 5, seconds: HOUR }
/** … and for one client, which may be a whole office. */
const perClient = { name: 'link-mails', points: 30, seconds: HOUR }

/** Refuses with RATE_LIMITED and `seconds` before anything is looked up. */
export async function limitLinkMails({ em, client }: Context, email: string): Promise<void> {
  await takePoints(rateLimit(em, perAddress), attemptKey('address', email))
  if (client) await takePoints(rateLimit(em, perClient), attemptKey('client', clientKey(client.address)))
}

/** Counts under a key; refuses with RATE_LIMITED and `seconds` once it is more than the limit. */
export async function takePoints(limiter: ReturnType<typeof rateLimit>, key: string, points = 1): Promise<void> {
  const { consumedPoints, msBeforeNext } = await limiter.penalty(key, points)
  if (consumedPoints > limiter.points)
    throw new Refusal('RATE_LIMITED', null, {
      limit: limiter.keyPrefix,
      max: limiter.points,
      seconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    })
}
