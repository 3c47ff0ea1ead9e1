// What an agent decides a held request by: why it is held, and what it says.
import { type EntityManager, raw } from '@mikro-orm/postgresql'
import { Ctx, FieldResolver, Resolver, Root, registerEnumType } from 'type-graphql'
import { batched } from '../graph/batched.ts'
import type { Context } from '../graph/context.ts'
import { isStaff } from '../people/viewer.ts'
import { Message } from '../tickets/message.ts'
import { Hold, Ticket } from '../tickets/ticket.ts'

registerEnumType(Hold, {
  name: 'Hold',
  description: 'Why a ticket is not in the queue.',
  valuesConfig: {
    RATE: { description: 'Too many from one address or client.' },
    HONEYPOT: { description: 'A field was filled in that people do not see.' },
    TOO_FAST: { description: 'Sent faster than a person types.' },
    SPAM: { description: 'An agent says that it is spam.' },
    BLOCKED: { description: 'Sent with the address of a blocked sender.' },
  },
})

const firstMessages = batched(async (em: EntityManager, tickets) => {
  const marks = tickets.map(() => '?').join(', ')
  const isFirst = raw(
    alias => `${alias}.id in (select distinct on (m.ticket_id) m.id from message m
      where m.ticket_id in (${marks}) and m.visibility = 'PUBLIC' order by m.ticket_id, m.created_at, m.id)`,
    [...tickets],
  )
  const found = await em.find(Message, { [isFirst]: [] })
  return new Map(found.map(message => [message.ticket.id, message]))
})

@Resolver(() => Ticket)
export class HeldTicketResolver {
  @FieldResolver(() => Hold, {
    nullable: true,
    description: 'Why it is held; null where it is not, and for customers.',
  })
  heldBecause(@Root() ticket: Ticket, @Ctx() { viewer }: Context): Hold | null {
    return isStaff(viewer) ? ticket.hold : null
  }

  @FieldResolver(() => Message, { nullable: true, description: 'The message that opened it.' })
  firstMessage(@Root() ticket: Ticket, @Ctx() { em }: Context): Promise<Message | null> {
    return firstMessages(em, ticket.id)
  }
}
