import type { EntityManager } from '@mikro-orm/postgresql'
import type { User } from '../people/user.ts'
import { ApiToken } from './api-token.ts'

/**
 * Ends every API token that acts for somebody. Wherever what a person proves or may changes at its root (password, role,
 * account), since a token that outlived it would keep an intruder in (OWASP ASVS 5, 7.4), and its owner sees no list of them.
 */
export async function revokeTokens(em: EntityManager, user: Pick<User, 'id'>, now: Date): Promise<void> {
  await em.nativeUpdate(ApiToken, { user: user.id, revokedAt: null }, { revokedAt: now })
}
