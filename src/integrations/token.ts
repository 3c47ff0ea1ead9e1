import { createHash, randomBytes } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { User } from '../people/user.ts'
import { ApiToken, type Scope } from './api-token.ts'

const DAY = 86_400_000
/** Long enough for a year's contract; a forgotten token still ends by itself. */
export const MAX_DAYS = 366
export const DEFAULT_DAYS = 90
/** That work at the same time, of one person. */
export const MAX_TOKENS = 50

export interface NewToken {
  user: User
  name: string
  scopes: readonly Scope[]
  days: number
}

/** A new token. `secret` (`pd_…`, 256 random bits) is told once and kept nowhere. */
export function makeToken(
  em: EntityManager,
  { user, name, scopes, days }: NewToken,
  now: Date,
): { secret: string; token: ApiToken } {
  const secret = `pd_${randomBytes(32).toString('base64url')}`
  const token = new ApiToken(
    user,
    name,
    hashOf(secret),
    [...new Set(scopes)],
    now,
    new Date(now.getTime() + days * DAY),
  )
  em.persist(token)
  return { secret, token }
}

/** Hex SHA-256: what is kept of a token. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
