import type { EntityManager } from '@mikro-orm/postgresql'
import { enqueueMail } from '../outbox/enqueue.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordListChange } from '../people/admin-log.ts'
import { issueLink, revokeLinks } from '../people/links.ts'
import { lockPerson } from '../people/lock.ts'
import { LinkKind, type LinkTerms, OneTimeLink } from '../people/one-time-link.ts'
import type { User } from '../people/user.ts'
import type { Door } from './membership.ts'
import { currentStay } from './stays.ts'

/**
 * V16: ends somebody's stay and every wish to join, and kills whatever link could put them back. The mail that says so
 * has a link that takes it back, because forwarded mails let others click. False where they were not on the list.
 */
export async function leave(em: EntityManager, user: User, door: Door, terms: LinkTerms, now: Date): Promise<boolean> {
  const ended = await endStay(em, user, door, now)
  if (!ended) return false
  const undo = await issueLink(em, LinkKind.UNDO_LEAVE, user, terms, now)
  await enqueueMail(em, 'list-left', user, { link: undo.id, membership: ended.id }, now)
  return true
}

/** The same without the mail; for closing an account, after which there is nothing to take back. */
export async function endStay(em: EntityManager, user: User, door: Door, now: Date) {
  await lockPerson(em, user)
  const stay = await currentStay(em, user)
  await revokeLinks(em, user, [LinkKind.CONFIRM, LinkKind.UNDO_LEAVE], now)
  await em.nativeUpdate(OneTimeLink, { user: user.id, usedAt: null }, { joinsList: false })
  const wasMember = stay?.isCurrent
  stay?.end(door, now)
  if (wasMember) recordListChange(em, user, AdminEventType.LIST_LEFT, now)
  return wasMember ? stay : null
}
