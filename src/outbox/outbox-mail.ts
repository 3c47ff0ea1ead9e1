import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy'
import type { Language } from '../i18n/language.ts'
import { newId } from '../lib/ids.ts'

/** Each is `views/mail/<name>.eta`, its words are in `i18n/*\/mail.json`, its facts in the feature's `…mails.ts`. */
export const mailTemplates = [
  'receipt',
  'invitation',
  'registration',
  'already-registered',
  'reset',
  'password-changed',
  'address-confirm',
  'address-changed',
  'addresses-changed',
  'answer',
  'status-changed',
  'done',
  'team-new-ticket',
  'team-comment',
  'list-confirm',
  'list-joined',
  'list-left',
  'weekly-report',
  'reminder',
  'satisfaction',
  'refused',
  'too-large',
  'files-left-out',
  'mailbox-alarm',
  'mailbox-well',
  'webhook-off',
] as const
export type MailTemplate = (typeof mailTemplates)[number]

export enum MailState {
  /** A job sends it, now or at the next try. */
  DUE = 'DUE',
  SENT = 'SENT',
  /** It was sent, and a report says that it did not arrive. */
  BOUNCED = 'BOUNCED',
  /** Given up after the last try; an admin can send it again. */
  FAILED = 'FAILED',
  /** Development without `SMTP_URL`: shown at /dev/mail. */
  KEPT = 'KEPT',
  /** Not sent, and not to be; `droppedBecause` says why. */
  DROPPED = 'DROPPED',
}

/** What it told of is gone (a link was revoked before it was sent); the address is a dead one; its owner is a blocked sender; its author took it back. */
export type DropReason = 'STALE' | 'BLOCKED' | 'WITHHELD' | 'TAKEN_BACK'

/** Ids of the rows a mail is rendered from; `user` is who gets it. Never a rendered text and never a token. */
export type MailRows = Partial<
  Record<'user' | 'ticket' | 'message' | 'link' | 'membership' | 'mail' | 'mailbox' | 'webhook', string>
>

/** A mail to be sent: what, to whom, in which language. Written in the transaction of what it tells of. */
@Entity()
// What became of the mails that told of a message.
@Index({
  name: 'outbox_mail_of_message',
  expression:
    "create index outbox_mail_of_message on outbox_mail ((rows->>'message')) where rows->>'message' is not null",
})
// The beginnings of threads, whose Message-IDs tell the ticket and no more.
@Index({
  name: 'outbox_mail_of_ticket',
  expression:
    "create index outbox_mail_of_ticket on outbox_mail ((rows->>'ticket')) where template in ('receipt', 'team-new-ticket')",
})
@Index({ name: 'outbox_mail_written', properties: ['createdAt'] })
export class OutboxMail {
  @PrimaryKey({ type: 'uuid' }) id: string = newId()
  @Property({ type: 'text' }) template: MailTemplate
  @Property({ type: 'text' }) recipient: string
  @Property({ type: 'text' }) language: Language
  @Property({ type: 'json' }) rows: MailRows
  @Enum({ items: () => MailState, nativeEnumName: 'mail_state' })
  @Index({
    name: 'outbox_mail_unsent',
    expression: "create index outbox_mail_unsent on outbox_mail (created_at) where state in ('DUE', 'FAILED')",
  })
  state: MailState = MailState.DUE
  @Property({ type: 'integer' }) attempts = 0
  /** Why it did not go, did not arrive or was delayed: the words of a mail server. */
  @Property({ type: 'text', nullable: true }) lastError: string | null = null
  /** What the mail server said when it took the mail, such as "250 2.0.0 Ok: queued as 4bX1". */
  @Property({ type: 'text', nullable: true }) response: string | null = null
  @Property({ type: 'text', nullable: true }) droppedBecause: DropReason | null = null
  /** From the first time that a job has it in hand: it cannot be taken back any more. */
  @Property({ type: 'timestamptz', nullable: true }) startedAt: Date | null = null
  /** What is told once, such as a week's report to somebody: no second mail has the same. */
  @Property({ type: 'text', nullable: true, unique: true }) onceKey: string | null = null
  @Property({ type: 'timestamptz' }) createdAt: Date
  @Property({ type: 'timestamptz', nullable: true }) sentAt: Date | null = null

  constructor(template: MailTemplate, recipient: string, language: Language, rows: MailRows, now: Date) {
    this.template = template
    this.recipient = recipient
    this.language = language
    this.rows = rows
    this.createdAt = now
  }
}
