// What a feature tells the outbox about one of its mails. The outbox knows nothing of tickets: it lays the words out,
// sets the headers and sends.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import type { Formats } from '../i18n/format.ts'
import type { Translate } from '../i18n/translate.ts'
import type { MailTemplate, OutboxMail } from './outbox-mail.ts'

/** The conversation that a mail belongs to. The team's mails about a ticket are a thread of their own. */
export interface Thread {
  ticket: string
  side: 'customer' | 'team'
  /** The thread begins with this mail (§6: with the receipt). */
  isStart: boolean
  /** The Message-ID of the customer's own mail that the ticket began with. */
  origin?: string | null
}

/** RFC 3834: a program answered, a program spoke up by itself, or a person wrote. */
export type Origin = 'auto-replied' | 'auto-generated' | 'person'

/** A file that travels with a mail; `key` is where the file store keeps it. */
export interface MailFile {
  filename: string
  contentType: string
  key: string
}

export interface Letter {
  subject: string
  origin: Origin
  thread: Thread | null
  /** Why the reader gets it, a key below `mail:foot`. */
  reason: 'ticket' | 'account' | 'list' | 'team' | 'sender' | 'report'
  /** The Message-ID of a mail that this one answers outside of any thread (RFC 3834 §3.1.5). */
  answers?: string | null
  /** Where a reply goes; null = SUPPORT_ADDRESS. */
  replyTo?: string | null
  /** Where a member leaves the list; null for everybody else and for mails that are no ticket mails. */
  leaveUrl: string | null
  /** Where mails of this kind alone are switched off. */
  switchOffUrl?: string
  /** What a mail program shows beside the subject; without it, the first paragraph. */
  preview?: string
  files?: readonly MailFile[]
  /** Names that the view may use. */
  facts: Readonly<Record<string, unknown>>
  /** What it tells of is gone, such as a link that was used or replaced: not to be sent any more. */
  isStale: boolean
}

/** What a writer may use. `t` and `formats` are in the reader's language; dates in `formats(timeZone)`. */
export interface Desk {
  em: EntityManager
  mail: OutboxMail
  config: Config
  now: Date
  t: Translate
  formats(timeZone: string | null): Formats
  /** The full address of a path of the portal. */
  url(path: string): string
}

/** Reads the rows of a mail and says what is in it; null where they are gone. */
export type LetterWriter = (desk: Desk) => Promise<Letter | null>
export type LetterWriters = Readonly<Record<MailTemplate, LetterWriter>>
