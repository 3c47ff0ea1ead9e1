import type { Rel } from '@mikro-orm/core'
import { Entity, Index, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'
import type { TicketFilter, TicketOrder } from '../tickets/ticket-filter.ts'
import { QueueColumn } from './queue-column.ts'

/** A filter, an order and columns under a name. */
@Entity()
@Unique({ properties: ['owner', 'name'] })
@Index({
  name: 'saved_view_shared',
  expression: 'create index saved_view_shared on saved_view (name, id) where is_shared',
})
@ObjectType({
  implements: Node,
  description: 'A view of the queue that somebody saved: a filter, an order and columns under a name.',
})
export class SavedView extends Node {
  @ManyToOne(() => User, { deleteRule: 'cascade' }) owner: Rel<User>

  @Field(() => String, { description: 'What it is called.' })
  @Property({ type: 'text' })
  name: string

  @Field(() => Boolean, { description: 'Whether all of the team see it.' })
  @Property({ type: 'boolean', default: false })
  isShared = false

  @Property({ type: 'json' }) filter: TicketFilter = {}
  @Property({ type: 'text', nullable: true }) orderBy: TicketOrder | null = null

  @Field(() => [QueueColumn], { description: 'What its list shows, in this order; none = as any list of the queue.' })
  @Property({ type: 'string[]', columnType: 'text[]', default: [] })
  columns: QueueColumn[] = []

  @Property({ type: 'timestamptz' }) createdAt: Date

  constructor(owner: User, name: string, now: Date) {
    super()
    this.owner = owner
    this.name = name
    this.createdAt = now
  }
}
