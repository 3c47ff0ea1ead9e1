import { deriveKey } from '../lib/keys.ts'
import { isSigned, readSignedId, signId } from '../lib/signed-id.ts'
import type { Membership } from './membership.ts'

/** The key of all leave links, from `SESSION_SECRET`. */
export const leaveKey = (secret: string): Buffer => deriveKey(secret, 'leave-link')

/** §3: per membership and not one-time; it can end that stay on the list and nothing else. */
export const leaveToken = (membership: Pick<Membership, 'id'>, key: Buffer): string => signId(membership.id, key)

/** The id of the membership that a leave link is for; null where it is none of ours. */
export function parseLeaveToken(text: string, key: Buffer): string | null {
  const token = readSignedId(text)
  return token && isSigned(token, key) ? token.id : null
}
