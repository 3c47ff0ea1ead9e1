import type { Desk } from '../outbox/letter.ts'
import { leaveKey, leaveToken } from './leave-token.ts'
import { Membership } from './membership.ts'

/** Where this user leaves the list, for the foot of their ticket mails; null for whoever is not on it. */
export async function leaveUrlOf({ em, config, url }: Desk, user: string): Promise<string | null> {
  const membership = await em.findOne(Membership, { user, joinedAt: { $ne: null }, endedAt: null })
  return membership && url(`/list/leave/${leaveToken(membership, leaveKey(config.sessionSecret))}`)
}
