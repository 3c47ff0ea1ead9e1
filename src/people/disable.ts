import type { EntityManager } from '@mikro-orm/postgresql'
import { revokeTokens } from '../integrations/revoke-tokens.ts'
import { revokeLinks } from './links.ts'
import { LinkKind } from './one-time-link.ts'
import { keepAnAdmin } from './staff.ts'
import type { User } from './user.ts'

/**
 * From now on every door refuses them, and no link or API token opens anything, not even after they are enabled again. Sessions stay, so that their next click explains it
 * (product §3: the no-access page names the reason).
 */
export async function disable(em: EntityManager, user: User, now: Date): Promise<void> {
  if (user.disabledAt) return
  await keepAnAdmin(em, user)
  user.disabledAt = now
  await revokeLinks(em, user, Object.values(LinkKind), now)
  await revokeTokens(em, user, now)
}

export function enable(user: User): void {
  user.disabledAt = null
}
