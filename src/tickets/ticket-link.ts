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

/** More than anybody reads beside a ticket. */
export const MOST_LINKS = 50

/** For reading a ticket together with those that belong to it: `adds: withLinks`. */
export const withLinks = {
  links: `select coalesce(json_agg(x order by x.number), '[]') from (
    select o.id, o.number, o.subject, o.status from ticket o where o.id in (
      select newer_id from ticket_link where older_id = t.id union all select older_id from ticket_link where newer_id = t.id)
    limit ${MOST_LINKS}) x`,
} as const
