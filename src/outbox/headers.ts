import type { SendMailOptions } from 'nodemailer'
import type { Config } from '../config.ts'
import { cleanLine } from '../lib/clean-text.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import type { Letter } from './letter.ts'
import { type MailReference, messageId, messageIdKey } from './message-id.ts'
import type { OutboxMail } from './outbox-mail.ts'

/**
 * §6: everything of a mail but its body. Values are handed to nodemailer in parts (names, addresses, one clean line of
 * subject), never as header text, so nothing that somebody typed can begin a header of its own.
 */
export function headersOf(letter: Letter, mail: OutboxMail, config: Config): SendMailOptions {
  const { mailFrom, supportAddress, brandName } = config
  const recipient = oneAddress(mail.recipient)
  return {
    from: { ...mailFrom, name: mailFrom.name || brandName },
    to: { name: '', address: recipient },
    replyTo: { name: '', address: letter.replyTo ?? supportAddress },
    // Reports of what could not be delivered come back to where we listen.
    envelope: { from: supportAddress, to: [recipient] },
    subject: cleanLine(letter.subject),
    ...threadOf(letter, mail, config),
    headers: { 'Content-Language': mail.language, ...automaticOf(letter), ...listOf(letter, config) },
    xMailer: false,
  }
}

/** The envelope is read as a list of addresses: whatever is not exactly one of them goes nowhere. */
function oneAddress(text: string): string {
  const address = normalizeAddress(text)
  if (address === null) throw new Error('A mail of the outbox has no proper recipient.')
  return address
}

/**
 * A thread's beginning is derived from the ticket alone, so a mail can refer to it before or without it being sent. What
 * began by mail goes on below that mail.
 */
function threadOf({ thread, answers }: Letter, mail: OutboxMail, config: Config): SendMailOptions {
  const id = (reference: MailReference): string =>
    messageId(reference, messageIdKey(config.sessionSecret), domainOf(config))
  if (!thread) return { messageId: id({ ticket: null, part: mail.id }), ...below(answers) }
  const start = id({ ticket: thread.ticket, part: thread.side === 'team' ? 'team' : 'start' })
  if (thread.isStart) return { messageId: start, ...below(thread.origin) }
  return { messageId: id({ ticket: thread.ticket, part: mail.id }), ...below(thread.origin, start) }
}

/** In-Reply-To and References: the mails above this one, the oldest first. Others' Message-IDs may be anything. */
function below(...above: (string | null | undefined)[]): SendMailOptions {
  const references = above.filter((id): id is string => id != null && /^<[\x21-\x3b=\x3f-\x7e]{1,250}>$/.test(id))
  const inReplyTo = references.at(-1)
  return inReplyTo ? { inReplyTo, references } : {}
}

/** RFC 3834, and its counterpart for Exchange. What a person wrote is not automatic, and out-of-office replies to it are fine. */
function automaticOf({ origin }: Letter): Record<string, string> {
  return origin === 'person' ? {} : { 'Auto-Submitted': origin, 'X-Auto-Response-Suppress': 'All' }
}

/** RFC 2369, 2919 and 8058: a member leaves the list by the button of their mail program. */
function listOf({ leaveUrl }: Letter, config: Config): Record<string, string> {
  if (!leaveUrl) return {}
  const headers = { 'List-Id': `<support.${domainOf(config)}>`, 'List-Unsubscribe': `<${leaveUrl}>` }
  return mayOfferOneClick(config) ? { ...headers, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : headers
}

/** RFC 8058 §3.1 wants https and a DKIM signature over both headers; development does without, to be tried out. */
const mayOfferOneClick = ({ production, baseUrl, dkim }: Config): boolean =>
  !production || (baseUrl.startsWith('https:') && dkim !== null)

const domainOf = ({ mailFrom }: Config): string => mailFrom.address.slice(mailFrom.address.lastIndexOf('@') + 1)
