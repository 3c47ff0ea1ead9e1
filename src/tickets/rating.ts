import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { Ticket } from './ticket.ts'

export enum Score {
  GOOD = 'GOOD',
  BAD = 'BAD',
}
registerEnumType(Score, {
  name: 'Score',
  description: 'How a customer found it.',
  valuesConfig: { GOOD: { description: 'Good.' }, BAD: { description: 'Bad.' } },
})

/** A customer's word about how their ticket was worked; asked for once, given once. */
@Entity()
@Index({ name: 'rating_by_time', expression: 'create index rating_by_time on rating (created_at desc, id desc)' })
@ObjectType({ implements: Node, description: 'How a customer found the work on their ticket. For the team.' })
export class Rating extends Node {
  @ManyToOne(() => Ticket, { unique: true }) ticket: Rel<Ticket>

  @Field(() => Score, { description: 'Good or bad.' })
  @Enum({ items: () => Score, nativeEnumName: 'score' })
  score: Score

  @Field(() => String, { description: 'What they added; may be empty.' })
  @Property({ type: 'text', default: '' })
  comment: string

  @Field(() => Date, { description: 'When they said so.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  constructor(ticket: Ticket, score: Score, comment: string, now: Date) {
    super()
    this.ticket = ticket
    this.score = score
    this.comment = comment
    this.createdAt = now
  }
}
