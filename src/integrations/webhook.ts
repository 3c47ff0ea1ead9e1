import { Entity, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'

/** What a webhook tells of; the wire form has a dot, which GraphQL's enum names cannot have. */
export enum WebhookEvent {
  TICKET_CREATED = 'ticket.created',
  TICKET_UPDATED = 'ticket.updated',
  MESSAGE_CREATED = 'message.created',
  MEMBERSHIP_CHANGED = 'membership.changed',
}
registerEnumType(WebhookEvent, {
  name: 'WebhookEvent',
  description: 'What a webhook tells of.',
  valuesConfig: {
    TICKET_CREATED: { description: '`ticket.created`: a ticket was opened, or a held request released to the queue.' },
    TICKET_UPDATED: { description: '`ticket.updated`: something of a ticket changed; `changes` says what.' },
    MESSAGE_CREATED: {
      description: '`message.created`: a message or internal note was added; its id, never its text.',
    },
    MEMBERSHIP_CHANGED: {
      description: '`membership.changed`: somebody wished to join the support list, joined or left it.',
    },
  },
})

/** An address that is told of what happens. */
@Entity()
@ObjectType({
  implements: Node,
  description:
    'An address that is told what happens, signed by the Standard Webhooks scheme. Its secret is shown once, when it is made. For admins.',
})
export class Webhook extends Node {
  @Field(() => String, { description: 'Where its events are posted to.' })
  @Property({ type: 'text' })
  url: string

  @Field(() => [WebhookEvent], { description: 'What it is told of.' })
  @Property({ type: 'string[]', columnType: 'text[]' })
  events: WebhookEvent[]

  /** The secret is derived from it and the application's key (webhook-secret.ts): nothing here lets anybody sign. */
  @Property({ type: 'text' }) nonce: string
  @Property({ type: 'text', nullable: true }) previousNonce: string | null = null

  @Field(() => Date, {
    nullable: true,
    description: 'Until when events are signed with the secret before as well; null = it was never exchanged.',
  })
  @Property({ type: 'timestamptz', nullable: true })
  previousUntil: Date | null = null

  @Field(() => Boolean, { description: 'False = nothing is sent, and what happens meanwhile is not kept for it.' })
  @Property({ type: 'boolean', default: true })
  isActive = true

  @Field(() => Date, {
    nullable: true,
    description: 'Since when nothing has arrived; after three days it is switched off. Null = the last one arrived.',
  })
  @Property({ type: 'timestamptz', nullable: true })
  failingSince: Date | null = null

  @Field(() => Date, { description: 'When it was made.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  constructor(url: string, events: WebhookEvent[], nonce: string, now: Date) {
    super()
    this.url = url
    this.events = events
    this.nonce = nonce
    this.createdAt = now
  }

  /** The secret before signs along until its user has had a day to exchange it. */
  exchange(nonce: string, previousUntil: Date): void {
    this.previousNonce = this.nonce
    this.previousUntil = previousUntil
    this.nonce = nonce
  }

  switchOn(isActive: boolean): void {
    if (isActive && !this.isActive) this.failingSince = null
    this.isActive = isActive
  }
}
