import type { Rel } from '@mikro-orm/core'
import { Check, Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy'
import { newId } from '../lib/ids.ts'
import { User } from '../people/user.ts'
import { Ticket } from './ticket.ts'

/** Two tickets that belong together, by the word of an agent. One row for both ways, the older ticket first. */
@Entity()
@Unique({ properties: ['older', 'newer'] })
@Check({ expression: 'older_id < newer_id' })
export class TicketLink {
  @PrimaryKey({ type: 'uuid' }) id: string = newId()
  @ManyToOne(() => Ticket) older!: Rel<Ticket>
  @ManyToOne(() => Ticket, { index: true }) newer!: Rel<Ticket>
  @Property({ type: 'timestamptz' }) createdAt!: Date
  @ManyToOne(() => User, { nullable: true, index: true, deleteRule: 'set null' }) createdBy: Rel<User> | null = null
}
