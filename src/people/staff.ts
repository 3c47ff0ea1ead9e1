import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import type { Language } from '../i18n/language.ts'
import { revokeTokens } from '../integrations/revoke-tokens.ts'
import { invite } from '../list/join.ts'
import { personOfAddress } from './addresses.ts'
import { confirmPassword } from './confirm-password.ts'
import type { LinkTerms } from './one-time-link.ts'
import { endSessions } from './sessions.ts'
import { Role, User } from './user.ts'

export interface NewStaff {
  name: string
  /** In its stored form. */
  email: string
  role: Role
  language: Language
}

/** A new colleague, who sets their password through the invitation. Refuses an address that somebody has. */
export async function addStaff(
  em: EntityManager,
  { name, email, role, language }: NewStaff,
  terms: LinkTerms,
  now: Date,
): Promise<User> {
  if (await personOfAddress(em, email)) throw new Refusal('ADDRESS_TAKEN', 'email')
  const user = new User(email, name, now)
  user.role = role
  user.language = language
  em.persist(user)
  await em.flush()
  await invite(em, user, terms, now, { joinsList: false })
  return user
}

/**
 * Their sessions end, because staff sessions are shorter than customers'; their API tokens too, because what a program was
 * given by a customer must not grow with a role, and what it was given by an admin is no longer anybody's to give.
 */
export async function changeRole(em: EntityManager, user: User, role: Role, now: Date): Promise<void> {
  if (user.role === role) return
  if (role !== Role.ADMIN) await keepAnAdmin(em, user)
  await endSessions(em, user)
  await revokeTokens(em, user, now)
  user.role = role
}

/** Refuses to lose the last admin who can log in. The others are held, so that two admins cannot remove each other. */
export async function keepAnAdmin(em: EntityManager, leaving: User): Promise<void> {
  if (leaving.role !== Role.ADMIN) return
  const able = { role: Role.ADMIN, disabledAt: null, confirmedAt: { $ne: null } }
  const admins = await em.find(User, able, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } })
  if (!admins.some(admin => admin.id !== leaving.id)) throw new Refusal('LAST_ADMIN', 'user')
}

/** Product §7: in a browser an admin types their password again before such an act; a token is proof enough. */
export async function confirmAct(context: Context, typed: string | null | undefined): Promise<void> {
  const { viewer } = context
  if (viewer.session === null || !viewer.user) return
  if (!typed) throw new Refusal('REQUIRED', 'currentPassword')
  await confirmPassword(context, viewer.user, typed)
}
