// Between password and code: a signed word that this person's password was right. It travels through the form, so no
// session exists before the code is good; it ends with the password, and soon by itself.
import { deriveKey } from '../lib/keys.ts'
import { isSigned, readSignedId, type SignedId, signId } from '../lib/signed-id.ts'
import type { User } from './user.ts'

/** Long enough to find the phone. */
const MINUTES = 10

export interface PendingLogIn extends SignedId {
  expires: string
}

const keyOf = (secret: string): Buffer => deriveKey(secret, 'pending-log-in')

/** `user` with its password's hash. */
export function pendingLogIn(user: User, secret: string, now: Date): string {
  const expires = String(now.getTime() + MINUTES * 60_000)
  return `${expires}.${signId(user.id, keyOf(secret), expires, user.passwordHash ?? '')}`
}

/** Null for what has not the form, or is too old; nothing is proven yet. */
export function readPendingLogIn(text: unknown, now: Date): PendingLogIn | null {
  const [, expires, rest] = /^(\d{13})\.(.+)$/.exec(String(text)) ?? []
  const signed = rest ? readSignedId(rest) : null
  return expires && signed && Number(expires) > now.getTime() ? { ...signed, expires } : null
}

export const isPendingLogIn = (pending: PendingLogIn, user: User, secret: string): boolean =>
  isSigned(pending, keyOf(secret), pending.expires, user.passwordHash ?? '')
