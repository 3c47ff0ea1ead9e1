// Coming onto the support list. Double opt-in: a wish made in somebody's name waits until the mailed link confirms it.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordListChange } from '../people/admin-log.ts'
import { issueLink } from '../people/links.ts'
import { lockPerson } from '../people/lock.ts'
import { LinkKind, type LinkTerms, OneTimeLink } from '../people/one-time-link.ts'
import type { User } from '../people/user.ts'
import { Door, Membership } from './membership.ts'
import { currentStay, hasLeft } from './stays.ts'

/**
 * Somebody typed an address on the request form. With `subscribe` that is a wish to join; with INVITE=everyone an address
 * without an account is invited either way (H8), and the page behind the link offers the checkbox. While a request is held
 * the wish is only written down.
 */
export async function afterRequest(
  em: EntityManager,
  user: User,
  { subscribe, isHeld }: { subscribe: boolean; isHeld: boolean },
  config: Config,
  now: Date,
): Promise<void> {
  if (subscribe && isHeld) await wish(em, user, Door.REQUEST_FORM, now)
  else if (subscribe) await wishToJoin(em, user, Door.REQUEST_FORM, config, now)
  else if (!isHeld && config.invite === 'everyone' && user.isContact && !user.disabledAt)
    await inviteOnce(em, user, config, now, { joinsList: false })
}

/** The request is no spam: what its sender wished for comes now. */
export async function afterRelease(em: EntityManager, user: User, config: Config, now: Date): Promise<void> {
  const stay = await currentStay(em, user)
  await afterRequest(em, user, { subscribe: stay?.isPending ?? false, isHeld: false }, config, now)
}

/**
 * A wish with the mail that lets its owner confirm it. A contact is invited, once (V10: "einmalig"); whoever lost that
 * registers or asks the team (V12, V13). An account gets the link that confirms, unless it has one that still works.
 */
export async function wishToJoin(
  em: EntityManager,
  user: User,
  door: Door,
  terms: LinkTerms,
  now: Date,
): Promise<void> {
  if (!(await wish(em, user, door, now))) return
  if (user.isContact) await inviteOnce(em, user, terms, now, { joinsList: true })
  else if (!(await hasOpenConfirmLink(em, user, now))) await sendConfirmLink(em, user, terms, now)
}

/**
 * Writes down a wish that only the address's owner can confirm; says whether one is waiting now. None is for members, the
 * team, disabled accounts and whoever left (V16).
 */
export async function wish(em: EntityManager, user: User, door: Door, now: Date): Promise<boolean> {
  await lockPerson(em, user)
  if (user.isTeam || user.disabledAt || (await hasLeft(em, user))) return false
  const stay = await currentStay(em, user)
  if (!stay) em.persist(new Membership(user, door, now))
  return !stay?.isCurrent
}

/** A new invitation, which sets a password and, where that was wished, joins the list. The one before is dead. */
export async function invite(
  em: EntityManager,
  user: User,
  terms: LinkTerms,
  now: Date,
  details: { joinsList: boolean },
): Promise<void> {
  const link = await issueLink(em, LinkKind.INVITATION, user, terms, now, details)
  await enqueueMail(em, 'invitation', user, { link: link.id }, now)
}

/** Puts somebody on the list whose address is proven: confirms their wish, or begins a stay. Says so by mail. */
export async function join(em: EntityManager, user: User, door: Door, now: Date): Promise<Membership> {
  const membership = (await currentStay(em, user)) ?? new Membership(user, door, now)
  if (membership.isCurrent) return membership
  membership.confirm(now)
  em.persist(membership)
  recordListChange(em, user, AdminEventType.LIST_JOINED, now)
  await enqueueMail(em, 'list-joined', user, { membership: membership.id }, now)
  return membership
}

async function inviteOnce(
  em: EntityManager,
  user: User,
  terms: LinkTerms,
  now: Date,
  details: { joinsList: boolean },
): Promise<void> {
  const isInvited = await em.count(OneTimeLink, { user: user.id, kind: LinkKind.INVITATION })
  if (!isInvited) await invite(em, user, terms, now, details)
}

async function sendConfirmLink(em: EntityManager, user: User, terms: LinkTerms, now: Date): Promise<void> {
  const link = await issueLink(em, LinkKind.CONFIRM, user, terms, now)
  await enqueueMail(em, 'list-confirm', user, { link: link.id }, now)
}

async function hasOpenConfirmLink(em: EntityManager, user: User, now: Date): Promise<boolean> {
  const open = { user: user.id, kind: LinkKind.CONFIRM, usedAt: null, revokedAt: null, expiresAt: { $gt: now } }
  return (await em.count(OneTimeLink, open)) > 0
}
