import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from './user.ts'

export enum AdminEventType {
  LOGGED_IN = 'LOGGED_IN',
  LOG_IN_FAILED = 'LOG_IN_FAILED',
  STAFF_ADDED = 'STAFF_ADDED',
  ROLE_CHANGED = 'ROLE_CHANGED',
  DISABLED = 'DISABLED',
  ENABLED = 'ENABLED',
  PUT_BACK = 'PUT_BACK',
  TOKEN_MADE = 'TOKEN_MADE',
  TOKEN_REVOKED = 'TOKEN_REVOKED',
  CATEGORY_SAVED = 'CATEGORY_SAVED',
  CATEGORY_ARCHIVED = 'CATEGORY_ARCHIVED',
  CATEGORY_RESTORED = 'CATEGORY_RESTORED',
  CANNED_TEXT_SAVED = 'CANNED_TEXT_SAVED',
  CANNED_TEXT_ARCHIVED = 'CANNED_TEXT_ARCHIVED',
  MAIL_ACCEPTED = 'MAIL_ACCEPTED',
  BLOCK_LIFTED = 'BLOCK_LIFTED',
  RUN_AGAIN = 'RUN_AGAIN',
  SECOND_FACTOR_ON = 'SECOND_FACTOR_ON',
  SECOND_FACTOR_OFF = 'SECOND_FACTOR_OFF',
  SECOND_FACTOR_RESET = 'SECOND_FACTOR_RESET',
  RECOVERY_CODES_MADE = 'RECOVERY_CODES_MADE',
  RECOVERY_CODE_USED = 'RECOVERY_CODE_USED',
  PEOPLE_MERGED = 'PEOPLE_MERGED',
  SENDER_BLOCKED = 'SENDER_BLOCKED',
  SENDER_UNBLOCKED = 'SENDER_UNBLOCKED',
  SETTING_CHANGED = 'SETTING_CHANGED',
  LIST_JOINED = 'LIST_JOINED',
  LIST_LEFT = 'LIST_LEFT',
  AGREEMENT_SAVED = 'AGREEMENT_SAVED',
  AGREEMENT_REMOVED = 'AGREEMENT_REMOVED',
  DOMAINS_SAVED = 'DOMAINS_SAVED',
  ORGANIZATION_ASSIGNED = 'ORGANIZATION_ASSIGNED',
  VIEW_GIVEN = 'VIEW_GIVEN',
  VIEW_TAKEN = 'VIEW_TAKEN',
  WEBHOOK_SAVED = 'WEBHOOK_SAVED',
  WEBHOOK_REMOVED = 'WEBHOOK_REMOVED',
  WEBHOOK_SECRET_MADE = 'WEBHOOK_SECRET_MADE',
  WEBHOOK_SWITCHED_OFF = 'WEBHOOK_SWITCHED_OFF',
  ACTED_FOR = 'ACTED_FOR',
  EXPORTED = 'EXPORTED',
  IMPORTED = 'IMPORTED',
}
registerEnumType(AdminEventType, {
  name: 'AdminEventType',
  description: 'What somebody did, or what happened to somebody of the team.',
  valuesConfig: {
    LOGGED_IN: { description: 'Somebody of the team logged in.' },
    LOG_IN_FAILED: { description: 'Somebody typed a wrong password, or a wrong code, for an account of the team.' },
    STAFF_ADDED: { description: 'A colleague was added.' },
    ROLE_CHANGED: { description: 'Somebody got another role.' },
    DISABLED: { description: 'An account was disabled.' },
    ENABLED: { description: 'An account was enabled again.' },
    PUT_BACK: { description: 'Somebody was put on the support list.' },
    TOKEN_MADE: { description: 'An API token was made.' },
    TOKEN_REVOKED: { description: 'An API token was revoked.' },
    CATEGORY_SAVED: { description: 'A category was added or changed.' },
    CATEGORY_ARCHIVED: { description: 'A category can no longer be chosen.' },
    CATEGORY_RESTORED: { description: 'A category can be chosen again.' },
    CANNED_TEXT_SAVED: { description: 'A canned text was added or changed.' },
    CANNED_TEXT_ARCHIVED: { description: 'A canned text is no longer offered.' },
    MAIL_ACCEPTED: { description: 'A held mail was let in.' },
    BLOCK_LIFTED: { description: 'Mails are sent to somebody again after they came back.' },
    RUN_AGAIN: { description: 'Failed jobs or mails were run again.' },
    SECOND_FACTOR_ON: { description: 'Somebody set up a second factor.' },
    SECOND_FACTOR_OFF: { description: 'Somebody removed their second factor.' },
    SECOND_FACTOR_RESET: { description: "An admin removed somebody's second factor." },
    RECOVERY_CODES_MADE: { description: 'Somebody got new recovery codes.' },
    RECOVERY_CODE_USED: { description: 'Somebody logged in with a recovery code.' },
    SENDER_BLOCKED: { description: 'Mails and public requests of an address or domain are held.' },
    SENDER_UNBLOCKED: { description: 'They are held no longer.' },
    PEOPLE_MERGED: { description: 'Two customers were made one.' },
    SETTING_CHANGED: { description: 'A setting was changed.' },
    LIST_JOINED: { description: 'Somebody came onto the support list by their own word.' },
    LIST_LEFT: { description: 'Somebody left the support list.' },
    AGREEMENT_SAVED: { description: 'A service agreement was entered or changed.' },
    AGREEMENT_REMOVED: { description: 'A service agreement was removed.' },
    DOMAINS_SAVED: {
      description: 'The mail domains of an organization were changed, or whether they decide who belongs to it.',
    },
    ORGANIZATION_ASSIGNED: { description: 'Somebody was said to belong to an organization, or to none.' },
    VIEW_GIVEN: { description: 'A customer sees all tickets of their organization from then on.' },
    VIEW_TAKEN: { description: 'A customer no longer sees all tickets of their organization.' },
    WEBHOOK_SAVED: { description: 'A webhook was made or changed.' },
    WEBHOOK_REMOVED: { description: 'A webhook was removed.' },
    WEBHOOK_SECRET_MADE: { description: 'A webhook got a new secret.' },
    WEBHOOK_SWITCHED_OFF: {
      description: 'A webhook was switched off by itself, because nothing had arrived for days.',
    },
    ACTED_FOR: {
      description:
        "A program opened a ticket or commented in a customer's name, by the token that stands after the arrow.",
    },
    EXPORTED: { description: 'The operator wrote everything into a folder.' },
    IMPORTED: { description: 'The operator brought in what came from elsewhere.' },
  },
})

/** One line of the admin log. Lines are only ever added. */
@Entity()
@Index({
  name: 'admin_event_newest',
  expression: 'create index admin_event_newest on admin_event (created_at desc, id desc)',
})
@Index({
  name: 'admin_event_of_actor',
  expression: 'create index admin_event_of_actor on admin_event (actor_id, created_at desc, id desc)',
})
@Index({
  name: 'admin_event_of_subject',
  expression: 'create index admin_event_of_subject on admin_event (subject_id, created_at desc, id desc)',
})
@ObjectType({ implements: Node, description: 'One line of the admin log. For admins.' })
export class AdminEvent extends Node {
  @Field(() => AdminEventType, { description: 'What happened.' })
  @Enum({ items: () => AdminEventType, nativeEnumName: 'admin_event_type' })
  type: AdminEventType

  /** Null = the operator's command line, an unknown person, or somebody who was erased. */
  @ManyToOne(() => User, { nullable: true }) actor: Rel<User> | null
  @ManyToOne(() => User, { nullable: true }) subject: Rel<User> | null

  @Field(() => String, {
    nullable: true,
    description: "What it was about: a category's name, a setting, a client's address.",
  })
  @Property({ type: 'text', nullable: true })
  about: string | null

  @Field(() => String, { nullable: true, description: 'The value before, where one changed.' })
  @Property({ type: 'text', nullable: true })
  from: string | null

  @Field(() => String, { nullable: true, description: 'The value after.' })
  @Property({ type: 'text', nullable: true })
  to: string | null

  @Field(() => Date, { description: 'When it happened.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  constructor(type: AdminEventType, actor: User | null, { subject, about, from, to }: AboutEvent, now: Date) {
    super()
    this.type = type
    this.actor = actor
    this.subject = subject ?? null
    this.about = about ?? null
    this.from = from ?? null
    this.to = to ?? null
    this.createdAt = now
  }
}

/** What an event says besides who did what. */
export interface AboutEvent {
  /** Whom it happened to. */
  subject?: User
  /** Never a secret: the log is read by every admin. */
  about?: string
  from?: string
  to?: string
}
