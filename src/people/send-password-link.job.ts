// What somebody who forgot their password is mailed, and nobody else. It is looked up where nobody waits for the answer, so
// that what the answer costs is the same for every address.
import type { EntityManager } from '@mikro-orm/postgresql'
import { ownerOfAddress } from './addresses.ts'
import type { LinkTerms } from './one-time-link.ts'
import { sendRegistrationLink } from './registration-link.ts'
import { sendResetLink } from './reset-link.ts'

/** `email` in its stored form. A contact, who has no password to forget, gets the link that completes the account; it joins nothing (product §5). */
export const sendPasswordLink = (fork: EntityManager, terms: LinkTerms, email: string, now: Date): Promise<void> =>
  fork.transactional(async em => {
    const user = await ownerOfAddress(em, email)
    if (!user || user.disabledAt) return
    if (user.isContact) await sendRegistrationLink(em, user, terms, now)
    else await sendResetLink(em, user, terms, now, email)
  })
