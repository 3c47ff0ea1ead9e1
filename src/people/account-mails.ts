import type { Desk, Letter, LetterWriter } from '../outbox/letter.ts'
import { letterTo, linkOf, oneTimeFacts, userOf } from './letter-facts.ts'
import type { User } from './user.ts'

/** The letters about accounts and passwords. They are no ticket mails: no thread, no leave link (§6). */
export const accountMails = {
  invitation: linkLetter,
  registration: linkLetter,
  reset: linkLetter,
  'address-confirm': linkLetter,
  'already-registered': noticeLetter,
  'password-changed': noticeLetter,
  'address-changed': noticeLetter,
  'addresses-changed': noticeLetter,
} satisfies Record<string, LetterWriter>

/** A letter with a one-time link. Stale as soon as the link is used, replaced or too old. */
async function linkLetter(desk: Desk): Promise<Letter | null> {
  const link = await linkOf(desk)
  if (!link) return null
  return {
    ...letter(desk, link.user, { oneTime: oneTimeFacts(desk, link), isTeam: link.user.isTeam }),
    isStale: !link.isOpen(desk.now),
  }
}

async function noticeLetter(desk: Desk): Promise<Letter | null> {
  const { mail, url, formats } = desk
  const user = await userOf(desk)
  if (!user) return null
  const when = formats(user.timezone).dateTime(mail.createdAt)
  return letter(desk, user, { when, loginUrl: url('/login'), forgotUrl: url('/password/forgot') })
}

const letter = (desk: Desk, user: User, facts: Letter['facts']): Letter =>
  letterTo(user, desk, { reason: 'account', facts })
