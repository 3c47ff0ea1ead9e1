// One-time links: sending one kills the older ones of its kind, following one kills it (product §3).
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Environment } from '../config.ts'
import { Refusal } from '../graph/refusal.ts'
import { isGenuine, linkKey, readLinkToken } from './link-token.ts'
import { lockPerson } from './lock.ts'
import { LinkKind, type LinkTerms, OneTimeLink } from './one-time-link.ts'
import { User } from './user.ts'

/** The links that set a first password. */
export const firstPasswordKinds = [LinkKind.INVITATION, LinkKind.REGISTRATION]

export interface LinkDetails {
  /** The address that an ADDRESS link proves. */
  email?: string
  /** Whether following it joins the support list as well. */
  joinsList?: boolean
}

/** A new link for somebody; the older ones of its kind are dead from now on. */
export async function issueLink(
  em: EntityManager,
  kind: LinkKind,
  user: User,
  terms: LinkTerms,
  now: Date,
  details: LinkDetails = {},
): Promise<OneTimeLink> {
  await lockPerson(em, user)
  await revokeLinks(em, user, [kind], now)
  const link = new OneTimeLink(kind, user, terms, now)
  link.email = details.email ?? null
  link.joinsList = details.joinsList ?? false
  em.persist(link)
  return link
}

export async function revokeLinks(em: EntityManager, user: User, kinds: readonly LinkKind[], now: Date): Promise<void> {
  await em.nativeUpdate(
    OneTimeLink,
    { user: user.id, kind: { $in: [...kinds] }, usedAt: null, revokedAt: null },
    { revokedAt: now },
  )
}

/** The link of a token that we mailed, whatever became of it since; null for anything else. Changes nothing. */
export async function findLink(
  em: EntityManager,
  token: string,
  kinds: readonly LinkKind[],
  { sessionSecret }: Environment,
): Promise<OneTimeLink | null> {
  const signed = readLinkToken(token)
  const link = signed && (await em.findOne(OneTimeLink, signed.id, { populate: ['user'] }))
  if (!link || !isGenuine(link, signed.mac, linkKey(sessionSecret))) return null
  return kinds.includes(link.kind) ? link : null
}

/**
 * Follows a link: it is used up, and its person is held until the transaction ends. Refuses with LINK_UNKNOWN, LINK_USED
 * or LINK_EXPIRED, which is also what a link is that a newer one replaced.
 */
export async function openLink(
  em: EntityManager,
  token: string,
  kinds: readonly LinkKind[],
  config: Environment,
  now: Date,
): Promise<OneTimeLink> {
  return useUp(await holdLink(em, token, kinds, config), now)
}

/** The link as it is now, with its person held until the transaction ends. Refuses with LINK_UNKNOWN. */
export async function holdLink(
  em: EntityManager,
  token: string,
  kinds: readonly LinkKind[],
  config: Environment,
): Promise<OneTimeLink> {
  const link = await findLink(em, token, kinds, config)
  if (!link) throw new Refusal('LINK_UNKNOWN', 'token')
  await lockPerson(em, link.user)
  await em.refresh(link)
  return link
}

/** Refuses with LINK_USED or LINK_EXPIRED. */
export function useUp(link: OneTimeLink, now: Date): OneTimeLink {
  const state = linkState(link, now)
  if (state !== 'OPEN') throw new Refusal(state === 'USED' ? 'LINK_USED' : 'LINK_EXPIRED', 'token')
  link.usedAt = now
  return link
}

/** A first-password link counts as used once a password exists, whichever link it was set through. */
export function linkState(link: OneTimeLink, now: Date): 'OPEN' | 'USED' | 'EXPIRED' {
  if (link.isOpen(now)) return 'OPEN'
  const isPast = firstPasswordKinds.includes(link.kind) && !link.user.isContact
  return link.usedAt || isPast ? 'USED' : 'EXPIRED'
}
