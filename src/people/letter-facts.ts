// What letters of several features share.
import type { Desk, Letter } from '../outbox/letter.ts'
import { linkPath } from './link-path.ts'
import { linkKey, linkToken } from './link-token.ts'
import { OneTimeLink } from './one-time-link.ts'
import { User } from './user.ts'

const HOUR = 3_600_000

/** A letter to somebody that is about no ticket: no thread, no leave link (§6). */
export const letterTo = (user: User, desk: Desk, { reason, facts }: Pick<Letter, 'reason' | 'facts'>): Letter => ({
  subject: desk.t(`mail:${desk.mail.template}.subject`, { brand: desk.config.brandName }),
  origin: 'auto-generated',
  thread: null,
  reason,
  leaveUrl: null,
  facts: { ...facts, greeting: greeting(desk, user) },
  isStale: false,
})

export const userOf = async ({ em, mail }: Desk): Promise<User | null> =>
  mail.rows.user ? em.findOne(User, mail.rows.user) : null

export const linkOf = async ({ em, mail }: Desk): Promise<OneTimeLink | null> =>
  mail.rows.link ? em.findOne(OneTimeLink, mail.rows.link, { populate: ['user'] }) : null

/**
 * §3: mail to an unproven address never carries a name that somebody typed. A name counts once its owner has proven
 * this very address; the team's names were entered by an admin.
 */
export function greeting({ t, mail }: Desk, user: User): string {
  const isProven = user.email === mail.recipient && (!user.isContact || user.isTeam)
  return isProven && user.name !== user.email ? t('mail:greeting.named', { name: user.name }) : t('mail:greeting.plain')
}

/** Address of a one-time link, and until when it works, in words. */
export function oneTimeFacts(
  { t, config, url, formats }: Desk,
  link: OneTimeLink,
): { url: string; validity: string; joinsList: boolean } {
  const until = formats(link.user.timezone).dateTime(link.expiresAt)
  const hours = Math.round((link.expiresAt.getTime() - link.createdAt.getTime()) / HOUR)
  return {
    url: url(linkPath[link.kind] + linkToken(link, linkKey(config.sessionSecret))),
    validity:
      hours < 24
        ? t('mail:link.hours', { count: hours, until })
        : t('mail:link.days', { count: Math.round(hours / 24), until }),
    joinsList: link.joinsList,
  }
}
