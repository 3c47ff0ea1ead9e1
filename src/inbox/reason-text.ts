import type { Language } from '../i18n/language.ts'
import { translator } from '../i18n/translate.ts'
import { type IncomingMail, MailOutcome } from './incoming-mail.ts'

/** Reasons that have words of their own in the catalogue; others are what gave a machine away, such as a header. */
const known = new Set([
  ...[
    'NO_ACCOUNT',
    'DISABLED',
    'NOT_PROVEN',
    'DNS',
    'BLOCKED',
    'WANTS_TO_JOIN',
    'TOO_MANY',
    'TOO_LARGE',
    'FAILING',
    'FAILED',
  ],
  ...['SAME_MESSAGE_ID', 'SAME_CONTENT', 'OWN_MAIL', 'NOT_OURS', 'HARD', 'SOFT', 'NO_SENDER', 'DISMISSED'],
])

/** Why a mail came to what it did, for people. */
export function reasonText(
  { outcome, reason }: Pick<IncomingMail, 'outcome' | 'reason'>,
  language: Language,
): string | null {
  const t = translator(language)
  if (reason === null) return null
  if (known.has(reason)) return t(`inbox:reason.${reason}`)
  return outcome === MailOutcome.AUTOMATIC ? t('inbox:reason.AUTOMATIC', { sign: reason }) : reason
}
