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
  'answer',
  'status-changed',
  'done',
  'team-new-ticket',
  'team-comment',
  'list-confirm',
  'list-joined',
  'list-left',
] as const
export type MailTemplate = (typeof mailTemplates)[number]

export enum MailState {
  /** A job sends it, now or at the next try. */
  DUE = 'DUE',
  SENT = 'SENT',
  /** Given up after the last try; an admin can send it again. */
  FAILED = 'FAILED',
  /** Development without `SMTP_URL`: shown at /dev/mail. */
  KEPT = 'KEPT',
  /** What it told of is gone (a link was revoked before it was sent). */
  DROPPED = 'DROPPED',
}

/** Ids of the rows a mail is rendered from; `user` is who gets it. Never a rendered text and never a token. */
export type MailRows = Partial<Record<'user' | 'ticket' | 'message' | 'link' | 'membership', string>>

/** A mail to be sent: what, to whom, in which language. Written in the transaction of what it tells of. */
@Entity()
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
  @Property({ type: 'text', nullable: true }) lastError: string | null = null
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
