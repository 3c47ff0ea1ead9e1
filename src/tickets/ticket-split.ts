import type { Rel } from '@mikro-orm/core'
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy'
import { newId } from '../lib/ids.ts'
import { User } from '../people/user.ts'
import type { Standing } from './stand.ts'
import { Ticket } from './ticket.ts'

/** A ticket that was made of messages of another, so that they can be put back. */
@Entity()
export class TicketSplit {
  @PrimaryKey({ type: 'uuid' }) id: string = newId()
  @ManyToOne(() => Ticket, { index: true }) ticket!: Rel<Ticket>
  @ManyToOne(() => Ticket, { index: true }) source!: Rel<Ticket>
  /** How the source stood before, and how both stood after. */
  @Property({ type: 'json' }) standings!: { before: Standing; source: Standing; ticket: Standing }
  /** Who took part in the new ticket from its beginning. */
  @Property({ type: 'string[]', columnType: 'uuid[]' }) people!: string[]
  @Property({ type: 'timestamptz' }) splitAt!: Date
  @ManyToOne(() => User, { nullable: true, index: true, deleteRule: 'set null' }) splitBy: Rel<User> | null = null
  @Property({ type: 'timestamptz', nullable: true }) undoneAt: Date | null = null
}
