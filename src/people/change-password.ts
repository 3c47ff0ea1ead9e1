import type { Context } from '../graph/context.ts'
import { revokeTokens } from '../integrations/revoke-tokens.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { revokeLinks } from './links.ts'
import { LinkKind } from './one-time-link.ts'
import { checkNewPassword, hashPassword } from './password.ts'
import { endSessions } from './sessions.ts'
import type { User } from './user.ts'

/**
 * A new password for somebody whose row is locked: reset links die, every session but `exceptSession` and every API token
 * ends, and the person is told by mail.
 */
export async function changePassword(
  { em, config, now }: Context,
  user: User,
  { password, passwordConfirm }: { password: string; passwordConfirm: string },
  exceptSession: string | null = null,
): Promise<void> {
  checkNewPassword(password, passwordConfirm, user, config)
  user.passwordHash = await hashPassword(password)
  await revokeLinks(em, user, [LinkKind.RESET], now)
  await endSessions(em, user, exceptSession)
  await revokeTokens(em, user, now)
  await enqueueMail(em, 'password-changed', user, {}, now)
}
