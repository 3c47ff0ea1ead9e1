import type { Rel } from '@mikro-orm/core'
import { Check, Entity, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Field, ObjectType } from 'type-graphql'
import type { Environment } from '../config.ts'
import { columnsFor } from '../graph/columns.ts'
import { type Condition, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { Node } from '../graph/node.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import { newId } from '../lib/ids.ts'
import { Role, User } from '../people/user.ts'
import { thingsAlong } from '../tickets/came-along.ts'
import type { Message } from '../tickets/message.ts'
import { Ticket } from '../tickets/ticket.ts'
import { isOurs } from './our-address.ts'
import type { MailFacts } from './reading/mail-facts.ts'

/** A mail's further recipients do not take part by themselves: whoever is put on copy would read everything. */
@Entity()
@Unique({ properties: ['ticket', 'address'] })
@Check({ expression: '(accepted is null) = (decided_at is null)' })
@ObjectType({
  implements: Node,
  description: 'Somebody who was on copy of a mail; an agent decides whether they take part.',
})
export class ParticipantProposal extends Node {
  @ManyToOne(() => Ticket, { deleteRule: 'cascade' }) ticket!: Rel<Ticket>

  @Field(() => String, { description: 'Their address.' })
  @Property({ type: 'text' })
  address!: string

  @Field(() => String, { description: 'Their name, as the mail says; may be empty.' })
  @Property({ type: 'text', default: '' })
  name = ''

  @ManyToOne(() => User, { nullable: true, index: true, deleteRule: 'set null' }) proposedBy: Rel<User> | null = null
  @Property({ type: 'timestamptz' }) createdAt!: Date
  @Property({ type: 'timestamptz', nullable: true }) decidedAt: Date | null = null
  @ManyToOne(() => User, { nullable: true, index: true, deleteRule: 'set null' }) decidedBy: Rel<User> | null = null
  @Property({ type: 'boolean', nullable: true }) accepted: boolean | null = null
}

/** For reading a ticket together with what is to be decided. */
export const withProposals = ({ em }: Context): Condition =>
  condition(`select coalesce(json_agg(x), '[]') from (
    select ${columnsFor(em, ParticipantProposal, 'p')} from participant_proposal p
    where p.ticket_id = t.id and p.accepted is null order by p.created_at, p.id limit 20) x`)

/** What came along with a ticket, or is read now. */
export const proposalsOf = thingsAlong('proposals', () => ParticipantProposal, withProposals)

/** Who was let take part otherwise is not asked about any more. */
export const settleProposals = (
  em: EntityManager,
  ticket: Ticket,
  person: User,
  by: User,
  now: Date,
): Promise<number> =>
  em.nativeUpdate(
    ParticipantProposal,
    { ticket: ticket.id, address: person.email, accepted: null },
    { accepted: true, decidedAt: now, decidedBy: by.id },
  )

/** A mail to half the world is no list of participants. */
const MOST = 20

/** Writes down who else the mail went to and takes no part yet. What was decided once is not asked again. */
export async function proposeParticipants(
  em: EntityManager,
  { ticket, author }: Message,
  { to, cc }: MailFacts,
  config: Environment,
  now: Date,
): Promise<void> {
  const others = [...to, ...cc]
    .map(({ address, name }) => ({ address: normalizeAddress(address), name: name.slice(0, 120) }))
    .filter(({ address }) => address !== null && !isOurs(address, config) && address !== author?.email)
  for (const { address, name } of others.slice(0, MOST)) {
    await em.execute(
      `insert into participant_proposal (id, ticket_id, address, name, proposed_by_id, created_at)
       select ?, t.id, ?, ?, ?, ? from ticket t join person r on r.id = t.requester_id
       where t.id = ? and r.email <> ? and not exists (
         select from person p left join ticket_participant x on x.user_id = p.id and x.ticket_id = t.id
         where (p.email = ? or p.id = (select user_id from person_address where address = ?)) and (x.user_id is not null or p.id = r.id or p.role <> ?))
       on conflict do nothing`,
      [newId(), address, name, author?.id ?? null, now, ticket.id, address, address, address, Role.CUSTOMER],
    )
  }
}
