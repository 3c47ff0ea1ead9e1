// What the subject and the sender give away.
import { bare, oneOf } from './fold-line.ts'
import { absent, automaticReply, notDelivered } from './kind-words.ts'
import type { MailAddress } from './mail-facts.ts'

const beginsWith = (words: readonly string[]): RegExp =>
  new RegExp(`^(?:\\[[^\\]]{1,40}\\] ?)?(?:${oneOf(words)})(?: ?[:：]|$)`, 'iu')
const reply = beginsWith(automaticReply)
const absence = beginsWith(absent)
const bounce = new RegExp(oneOf(notDelivered), 'iu')
const bounceStart = new RegExp(`^(?:${oneOf(notDelivered)})`, 'iu')

/**
 * "Automatic reply: Your ticket". Only at the very beginning: after "Re:" it is a person who answers one, in the middle
 * somebody who asks about it; without a colon only where the mail is an answer.
 */
export function saysAutomaticReply(subject: string, isReply: boolean): boolean {
  const text = bare(subject)
  const found = reply.exec(text)?.[0]
  if (isReply) return found !== undefined || absence.test(text)
  return found !== undefined && /[:：]$/.test(found) && !text.endsWith('?')
}

/** Not after "Re:" or "Fwd:": a report's own subject may end with the one of the mail, never begin with it. */
export const saysNotDelivered = (subject: string): boolean => bounce.test(bare(subject)) && !isReplySubject(subject)
export const isReplySubject = (subject: string): boolean => answer.test(bare(subject))

const answer = /^(?:re|aw|fwd?|wg|sv|tr|rv|vb|antw?|odp)\s?[:：]/iu

/** No person is called so. */
export const isDaemon = (from: MailAddress | null): boolean =>
  /^(?:mailer[-_.]?daemon|mail[-_.]daemon|mailer_daemon|bounce[-_.]?daemon|mta-?daemon)(?:@|$)/i.test(
    from?.address ?? '',
  ) || /^(?:mail delivery (?:sub)?system|mailer[ -]daemon)$/i.test(from?.name ?? '')

/** At its very beginning: nobody's answer to a report, or question about one. */
export const startsNotDelivered = (subject: string): boolean => bounceStart.test(bare(subject))

/** RFC 5321 §4.5.5; Postfix writes it as `<MAILER-DAEMON>` into mailboxes. */
export const isNullPath = (returnPath: string): boolean =>
  /^<?\s?(?:MAILER-DAEMON(?:@\S{0,255})?)?\s?>$/i.test(returnPath.trim())
