import type { EntityManager } from '@mikro-orm/postgresql'
import { Refusal } from '../graph/refusal.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { lockPerson } from '../people/lock.ts'
import { LinkKind, type LinkTerms, OneTimeLink } from '../people/one-time-link.ts'
import type { User } from '../people/user.ts'
import { looksAfterList, type Viewer } from '../people/viewer.ts'
import { invite } from './join.ts'
import { Door, Membership } from './membership.ts'
import { currentStay } from './stays.ts'

/** Why this viewer cannot put somebody on the list; null = may. `stay` is their pending or current one. */
export function whyNotPutBack(viewer: Viewer, user: User, stay: Membership | null): Refusal | null {
  if (!looksAfterList(viewer) || user.isTeam) return new Refusal('FORBIDDEN')
  if (user.disabledAt) return new Refusal('ACCOUNT_DISABLED', 'user')
  return stay?.isCurrent ? new Refusal('ALREADY_MEMBER', 'user') : null
}

/** V16: sales or an admin puts somebody on the list. A contact is told by an invitation, unless one is still open. */
export async function putBack(
  em: EntityManager,
  viewer: Viewer,
  user: User,
  terms: LinkTerms,
  now: Date,
): Promise<Membership> {
  await lockPerson(em, user)
  const stay = await currentStay(em, user)
  const refusal = whyNotPutBack(viewer, user, stay)
  if (refusal) throw refusal
  stay?.end(Door.TEAM, now)
  await em.flush() // the end of the one before the beginning of the other: at most one is current
  const membership = new Membership(user, Door.TEAM, now)
  membership.putBackBy = viewer.user
  membership.confirm(now)
  em.persist(membership)
  if (!user.isContact) await enqueueMail(em, 'list-joined', user, { membership: membership.id }, now)
  else if (!(await hasOpenInvitation(em, user, now))) await invite(em, user, terms, now, { joinsList: false })
  return membership
}

async function hasOpenInvitation(em: EntityManager, user: User, now: Date): Promise<boolean> {
  const open = { user: user.id, kind: LinkKind.INVITATION, usedAt: null, revokedAt: null, expiresAt: { $gt: now } }
  return (await em.count(OneTimeLink, open)) > 0
}
