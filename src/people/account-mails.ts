import type { Desk, Letter, LetterWriter } from '../outbox/letter.ts'
import { greeting, oneTimeFacts } from './letter-facts.ts'
import { OneTimeLink } from './one-time-link.ts'
import { User } from './user.ts'

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
  const { em, mail, now } = desk
  const link = mail.rows.link ? await em.findOne(OneTimeLink, mail.rows.link, { populate: ['user'] }) : null
  if (!link) return null
  return {
    ...letter(desk, link.user, { oneTime: oneTimeFacts(desk, link), isTeam: link.user.isTeam }),
    isStale: !link.isOpen(now),
  }
}

async function noticeLetter(desk: Desk): Promise<Letter | null> {
  const { em, mail, url, formats } = desk
  const user = mail.rows.user ? await em.findOne(User, mail.rows.user) : null
  if (!user) return null
  const when = formats(user.timezone).dateTime(mail.createdAt)
  return letter(desk, user, { when, loginUrl: url('/login'), forgotUrl: url('/password/forgot') })
}

function letter(desk: Desk, user: User, facts: Letter['facts']): Letter {
  const { t, config, mail } = desk
  return {
    subject: t(`mail:${mail.template}.subject`, { brand: config.brandName }),
    origin: 'auto-generated',
    thread: null,
    reason: 'account',
    leaveUrl: null,
    facts: { ...facts, greeting: greeting(desk, user) },
    isStale: false,
  }
}
