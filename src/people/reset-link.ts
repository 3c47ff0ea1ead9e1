import type { EntityManager } from '@mikro-orm/postgresql'
import { enqueueMail } from '../outbox/enqueue.ts'
import { issueLink } from './links.ts'
import { LinkKind, type LinkTerms } from './one-time-link.ts'
import type { User } from './user.ts'

/** Mails an account the link that sets a new password. The one before is dead. `to` is one of their proven addresses. */
export async function sendResetLink(
  em: EntityManager,
  user: User,
  terms: LinkTerms,
  now: Date,
  to = user.email,
): Promise<void> {
  const link = await issueLink(em, LinkKind.RESET, user, terms, now)
  await enqueueMail(em, 'reset', { address: to, language: user.language }, { user: user.id, link: link.id }, now)
}
