import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy'
import { newId } from '../lib/ids.ts'
import { User } from '../people/user.ts'
import type { Standing } from './stand.ts'
import { Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'

/** What one ticket brought into another, so that they can be parted again. */
@Entity()
export class TicketMerge {
  @PrimaryKey({ type: 'uuid' }) id: string = newId()
  @ManyToOne(() => Ticket, { index: true }) source!: Rel<Ticket>
  @ManyToOne(() => Ticket, { index: true }) target!: Rel<Ticket>
  /** The source's status before. */
  @Enum({ items: () => TicketStatus, nativeEnumName: 'ticket_status' }) status!: TicketStatus
  /** How each stood before, and the target after. What was written by an earlier version knows less. */
  @Property({ type: 'json', defaultRaw: `'{"source": {}, "target": {}}'` })
  standings!: { source: Partial<Standing>; target: Partial<Standing>; merged?: Standing }
  @Property({ type: 'string[]', columnType: 'uuid[]' }) messages!: string[]
  /** Who takes part in the target only since then. */
  @Property({ type: 'string[]', columnType: 'uuid[]' }) participants!: string[]
  @Property({ type: 'timestamptz' }) mergedAt!: Date
  @ManyToOne(() => User, { nullable: true, index: true, deleteRule: 'set null' }) mergedBy: Rel<User> | null = null
  @Property({ type: 'timestamptz', nullable: true }) partedAt: Date | null = null
}
