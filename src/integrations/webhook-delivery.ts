import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { Webhook, WebhookEvent } from './webhook.ts'

export enum WebhookDeliveryState {
  DUE = 'DUE',
  DELIVERED = 'DELIVERED',
  FAILED = 'FAILED',
}
registerEnumType(WebhookDeliveryState, {
  name: 'WebhookDeliveryState',
  description: 'Where an event of a webhook stands.',
  valuesConfig: {
    DUE: { description: 'It is sent now, or waits for its next try or for what happened before to the same ticket.' },
    DELIVERED: { description: 'It arrived: the answer was 2xx.' },
    FAILED: { description: 'It was given up, after a day of tries or because the webhook was switched off.' },
  },
})

/** One try, as it is kept. */
export interface KeptAttempt {
  at: string
  milliseconds: number
  status: number | null
  answer: string | null
  error: string | null
}

/** Ids of rows, by what they are. */
export interface WebhookFacts {
  ticket?: string
  number?: number
  message?: string
  visibility?: string
  membership?: string
  user?: string
  state?: string
}

/**
 * An event that a webhook is told of. The rows are written by triggers (migration "webhooks"), whoever writes to tickets,
 * in the transaction of what happened.
 */
@Entity()
@Index({
  name: 'webhook_delivery_once',
  expression: 'create unique index webhook_delivery_once on webhook_delivery (webhook_id, event, about, transaction)',
})
@Index({
  name: 'webhook_delivery_newest',
  expression: 'create index webhook_delivery_newest on webhook_delivery (webhook_id, happened_at desc, id desc)',
})
@Index({
  name: 'webhook_delivery_line',
  expression: "create index webhook_delivery_line on webhook_delivery (webhook_id, position) where state = 'DUE'",
})
@Index({
  name: 'webhook_delivery_lane',
  expression: "create index webhook_delivery_lane on webhook_delivery (webhook_id, lane, position) where state = 'DUE'",
})
@Index({ name: 'webhook_delivery_old', properties: ['happenedAt'] })
@ObjectType({ implements: Node, description: 'An event that a webhook is told of, with every try. For admins.' })
export class WebhookDelivery extends Node {
  @ManyToOne(() => Webhook, { deleteRule: 'cascade' }) webhook!: Rel<Webhook>

  /** In the order of commits, for what happens to one ticket. */
  @Property({
    type: 'bigint',
    lazy: true,
    defaultRaw: "nextval('webhook_delivery_position')",
    ignoreSchemaChanges: ['default'],
  })
  readonly position!: string

  @Field(() => WebhookEvent, { description: 'What happened.' })
  @Property({ type: 'text' })
  event!: WebhookEvent

  /** The ticket, message or membership. */
  @Property({ type: 'uuid' }) about!: string
  /** What happens to the same one, a ticket or a person, is told in order. */
  @Property({ type: 'uuid' }) lane!: string
  @Property({ type: 'bigint', lazy: true }) readonly transaction!: string
  @Property({ type: 'json' }) facts!: WebhookFacts
  @Property({ type: 'json', defaultRaw: `'[]'` }) changes: object[] = []

  @Field(() => Date, { description: 'When it happened.' })
  @Property({ type: 'timestamptz' })
  happenedAt!: Date

  /** From where on to read the tickets that changed, this one included. */
  @Property({ type: 'timestamptz', nullable: true }) since!: Date | null

  @Field(() => WebhookDeliveryState, { description: 'Where it stands.' })
  @Enum({ items: () => WebhookDeliveryState, nativeEnumName: 'webhook_delivery_state', default: 'DUE' })
  state: WebhookDeliveryState = WebhookDeliveryState.DUE

  @Field(() => Int, { description: 'How often it was tried since it was last begun.' })
  @Property({ type: 'integer', default: 0 })
  tries = 0

  /** Not before. */
  @Property({ type: 'timestamptz' }) nextTryAt!: Date
  @Property({ type: 'json', defaultRaw: `'[]'` }) attempts: KeptAttempt[] = []
}
