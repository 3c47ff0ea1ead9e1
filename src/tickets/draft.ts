import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'
import { Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'

export enum DraftKind {
  ANSWER = 'ANSWER',
  NOTE = 'NOTE',
}
registerEnumType(DraftKind, {
  name: 'DraftKind',
  description: 'What is being written.',
  valuesConfig: {
    ANSWER: { description: 'An answer to the customer.' },
    NOTE: { description: 'An internal note.' },
  },
})

/**
 * What an agent has begun to write and not sent: one answer and one note for each ticket. Nobody else reads it. Saving it
 * again makes it another draft with another id, so that a page that is older than its words does not send them away.
 */
@Entity()
@Unique({ properties: ['author', 'ticket', 'kind'] })
@ObjectType({ implements: Node, description: 'What the viewer has begun to write and not sent. Nobody else reads it.' })
export class Draft extends Node {
  @ManyToOne(() => User, { deleteRule: 'cascade' }) author: Rel<User>
  @ManyToOne(() => Ticket, { index: true, deleteRule: 'cascade' }) ticket: Rel<Ticket>

  @Field(() => DraftKind, { description: 'Whether it is to be an answer or an internal note.' })
  @Enum({ items: () => DraftKind, nativeEnumName: 'draft_kind' })
  kind: DraftKind

  @Field(() => String, { description: 'The words so far.' })
  @Property({ type: 'text' })
  text: string

  @Field(() => TicketStatus, { nullable: true, description: 'Where the ticket is to stand with the answer.' })
  @Enum({ items: () => TicketStatus, nativeEnumName: 'ticket_status', nullable: true })
  status: TicketStatus | null

  @Field(() => Date, { description: 'Since when there has been one.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  @Field(() => Date, { description: 'When it was saved.' })
  @Property({ type: 'timestamptz' })
  updatedAt: Date

  constructor(author: User, ticket: Ticket, kind: DraftKind, text: string, status: TicketStatus | null, now: Date) {
    super()
    this.author = author
    this.ticket = ticket
    this.kind = kind
    this.text = text
    this.status = status
    this.createdAt = now
    this.updatedAt = now
  }
}
