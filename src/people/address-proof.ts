import type { Context } from '../graph/context.ts'
import { answerInSameTime } from '../graph/same-time.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { personOfAddress } from './addresses.ts'
import { confirmPassword } from './confirm-password.ts'
import { limitLinkMails } from './link-limits.ts'
import { issueLink } from './links.ts'
import type { LinkKind } from './one-time-link.ts'
import type { User } from './user.ts'

/** Mails the link by which somebody proves an address. Whoever has it already is told so instead, and nobody else. */
export async function sendAddressProof(
  context: Context,
  user: User,
  kind: LinkKind,
  email: string,
  currentPassword: string,
): Promise<void> {
  const { em, config, now, language } = context
  answerInSameTime(context) // whose the address is decides what is mailed
  await limitLinkMails(context, email)
  await confirmPassword(context, user, currentPassword)
  const owner = await personOfAddress(em, email)
  // The answer must not tell who has an account; the mail to its owner may.
  if (owner && owner.id !== user.id && !owner.isContact) {
    if (!owner.disabledAt) await enqueueMail(em, 'already-registered', owner, {}, now)
    return
  }
  const link = await issueLink(em, kind, user, config, now, { email })
  const recipient = { address: email, language: user.language ?? language }
  await enqueueMail(em, 'address-confirm', recipient, { user: user.id, link: link.id }, now)
}
