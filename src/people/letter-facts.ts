// Facts that letters of several features share.
import type { Desk } from '../outbox/letter.ts'
import { linkPath } from './link-path.ts'
import { linkKey, linkToken } from './link-token.ts'
import type { OneTimeLink } from './one-time-link.ts'
import type { User } from './user.ts'

const HOUR = 3_600_000

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
