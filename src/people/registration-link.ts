import type { EntityManager } from '@mikro-orm/postgresql'
import { enqueueMail } from '../outbox/enqueue.ts'
import { issueLink, type LinkDetails } from './links.ts'
import { LinkKind, type LinkTerms } from './one-time-link.ts'
import type { User } from './user.ts'

/** Mails a contact the link that completes the account. The one before is dead. */
export async function sendRegistrationLink(
  em: EntityManager,
  user: User,
  terms: LinkTerms,
  now: Date,
  details?: LinkDetails,
): Promise<void> {
  const link = await issueLink(em, LinkKind.REGISTRATION, user, terms, now, details)
  await enqueueMail(em, 'registration', user, { link: link.id }, now)
}
