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

/** For reading a ticket together with the one that it was split off from: `adds: withSplit`. */
export const withSplit = {
  splitFrom: `select row_to_json(x) from (
    select o.id, o.number, o.subject, o.status from ticket_split s join ticket o on o.id = s.source_id
    where s.ticket_id = t.id and s.undone_at is null and t.merged_into_id is null limit 1) x`,
} as const
