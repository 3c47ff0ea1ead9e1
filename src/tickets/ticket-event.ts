import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'
import { Ticket } from './ticket.ts'
import { TicketEventType } from './vocabulary.ts'

@Entity()
@Index({
  name: 'ticket_event_of_ticket',
  expression: 'create index ticket_event_of_ticket on ticket_event (ticket_id, created_at, id)',
})
@ObjectType({
  implements: Node,
  description: "One line of a ticket's history. Customers read only status changes and public messages.",
})
export class TicketEvent extends Node {
  @ManyToOne(() => Ticket) ticket: Rel<Ticket>

  @Field(() => TicketEventType, { description: 'What happened.' })
  @Enum({ items: () => TicketEventType, nativeEnumName: 'ticket_event_type' })
  type: TicketEventType

  /** Null = the clock, or somebody who was erased. */
  @ManyToOne(() => User, { nullable: true }) actor: Rel<User> | null

  @Field(() => String, { nullable: true, description: 'The value before, where one changed.' })
  @Property({ type: 'text', nullable: true })
  from: string | null

  @Field(() => String, { nullable: true, description: 'The value after.' })
  @Property({ type: 'text', nullable: true })
  to: string | null

  @Field(() => Date, { description: 'When it happened.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  constructor(
    ticket: Ticket,
    type: TicketEventType,
    actor: User | null,
    now: Date,
    from: string | null,
    to: string | null,
  ) {
    super()
    this.ticket = ticket
    this.type = type
    this.actor = actor
    this.createdAt = now
    this.from = from
    this.to = to
  }
}
