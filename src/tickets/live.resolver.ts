import { Arg, Authorized, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { followMessages, followTickets, type TicketWish } from './follow-tickets.ts'
import { Message } from './message.ts'
import { Ticket } from './ticket.ts'
import { TicketFilter } from './ticket-filter.ts'

const CURSOR = `For catching up after a break: \`tickets(orderBy: UPDATED_AT_ASC, after:)\` goes on here, and misses nothing that was told later`

@ObjectType({ description: 'A ticket that has just changed.' })
export class TicketChange {
  @Field(() => Ticket, { description: 'The ticket as it is now, as far as the viewer may see it.' }) ticket!: Ticket
  @Field(() => String, {
    description: `${CURSOR} (with the same \`filter\`). What is told in between may come again.`,
  })
  cursor!: string
}

@ObjectType({ description: 'A message that has just been added.' })
export class AddedMessage {
  @Field(() => Message, { description: 'The message; its ticket is `message.ticket`.' }) message!: Message
  @Field(() => String, { description: `${CURSOR}; it gives the tickets that the messages belong to.` }) cursor!: string
}

interface Asked {
  args: TicketWish
  context: Context
}

@Resolver()
export class LiveResolver {
  @Authorized()
  @Subscription(() => TicketChange, {
    description:
      'Tells each ticket that the viewer may see whenever it was opened or changed in a way that they see; for customers a note is no change. Several changes at once may be told as one. What one must not see any more is not told, nor what does not fit the filter any more. To keep a copy: subscribe, read `tickets(orderBy: UPDATED_AT_ASC, after:)` from the last cursor to its end, then go on by the `cursor` of each event; after every reconnect the same.',
    subscribe: ({ args, context }: Asked) => followTickets(context, args),
  })
  ticketChanged(
    @Arg('ticket', () => ID, { nullable: true, description: 'Only this ticket, by its global id.' }) _ticket: string,
    @Arg('filter', () => TicketFilter, { nullable: true, description: 'Only tickets that it fits, as they are then.' })
    _filter: TicketFilter,
    @Root() change: TicketChange,
  ): TicketChange {
    return change
  }

  @Authorized()
  @Subscription(() => AddedMessage, {
    description:
      'Tells each new message that the viewer may read: of customers the public ones of their tickets, of the team internal notes too.',
    subscribe: ({ args, context }: Asked) => followMessages(context, args),
  })
  messageAdded(
    @Arg('ticket', () => ID, { nullable: true, description: 'Only those of this ticket, by its global id.' })
    _ticket: string,
    @Root() added: AddedMessage,
  ): AddedMessage {
    return added
  }
}
