// What registering an address does. It depends on whose the address is, so it is done where nobody waits for the answer: what
// the answer costs is the same for every address.
import type { EntityManager } from '@mikro-orm/postgresql'
import { isLanguage } from '../i18n/language.ts'
import type { JobPayload } from '../jobs/add-job.ts'
import { wish, wishToJoin } from '../list/join.ts'
import { Door } from '../list/membership.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { findOrCreateContact } from './contact.ts'
import type { LinkTerms } from './one-time-link.ts'
import { sendRegistrationLink } from './registration-link.ts'
import type { User } from './user.ts'

/** `email` in its stored form, `name`, `language`, and `subscribe`, empty for no. */
export const register = (fork: EntityManager, terms: LinkTerms, typed: JobPayload, now: Date): Promise<void> =>
  fork.transactional(async em => {
    const { email = '', name = '', language } = typed
    const user = await findOrCreateContact(em, { email, name, language: isLanguage(language) ? language : 'en', now })
    if (user.disabledAt) return
    if (user.isContact) await sendRegistration(em, terms, user, Boolean(typed.subscribe), now)
    else await sendReminder(em, terms, user, Boolean(typed.subscribe), now)
  })

async function sendRegistration(em: EntityManager, terms: LinkTerms, user: User, subscribe: boolean, now: Date) {
  const joinsList = subscribe && (await wish(em, user, Door.REGISTRATION, now))
  await sendRegistrationLink(em, user, terms, now, { joinsList })
}

async function sendReminder(em: EntityManager, terms: LinkTerms, user: User, subscribe: boolean, now: Date) {
  await enqueueMail(em, 'already-registered', user, {}, now)
  if (subscribe) await wishToJoin(em, user, Door.REGISTRATION, terms, now)
}
