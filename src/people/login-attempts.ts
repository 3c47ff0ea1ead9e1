// Product §7, failed log-ins: guessing gets slow, for the address that is tried and for the client that tries, but nobody
// is locked out for good. Unknown addresses count like known ones.
import { createHash } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { RateLimiterRes } from 'rate-limiter-flexible'
import type { Config } from '../config.ts'
import { rateLimit } from '../database/rate-limit.ts'
import { Refusal } from '../graph/refusal.ts'

const LONGEST_WAIT = 60
/** Failures are forgotten after an hour; at a minute each that makes 60 guesses an hour at most, and those that are free. */
const MEMORY = 3600

const failures = (em: EntityManager) =>
  rateLimit(em, { name: 'login-failures', points: Number.MAX_SAFE_INTEGER, seconds: MEMORY })
/** While a key's gate is closed no password is looked at. */
const gate = (em: EntityManager) => rateLimit(em, { name: 'login-gate', points: 1, seconds: LONGEST_WAIT })

/**
 * Counts one attempt under each key before the password is looked at, so that many at once gain nothing. The first key
 * that has to wait refuses with RATE_LIMITED and `seconds`, and then the attempt does not count.
 */
export async function countAttempt(
  em: EntityManager,
  { failedLogins }: Pick<Config, 'failedLogins'>,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) {
    const { consumedPoints } = await failures(em).penalty(key)
    if (consumedPoints < failedLogins) continue
    const seconds = await wait(em, key, Math.min(LONGEST_WAIT, 2 ** (consumedPoints - failedLogins)))
    if (seconds === null) continue
    await failures(em).reward(key)
    throw new Refusal('RATE_LIMITED', null, { limit: 'attempts', seconds })
  }
}

/** Takes the attempt back, with the gate that it closed: it was a good one, and others behind the same client need not wait. */
export async function takeBack(em: EntityManager, key: string): Promise<void> {
  await failures(em).reward(key)
  await gate(em).delete(key)
}

/** Forgets the failures of whoever just proved to be the owner. */
export async function forget(em: EntityManager, key: string): Promise<void> {
  await failures(em).delete(key)
  await gate(em).delete(key)
}

/** What is typed is not kept, only told apart. */
export const attemptKey = (kind: 'address' | 'client' | 'device' | 'person' | 'code', value: string): string =>
  `${kind}:${createHash('sha256').update(value).digest('base64url')}`

/** Null = the gate was open and is now closed behind this attempt; else seconds until it opens. */
async function wait(em: EntityManager, key: string, closedFor: number): Promise<number | null> {
  try {
    await gate(em).consume(key, 1, { customDuration: closedFor })
    return null
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
    throw refused
  }
}
