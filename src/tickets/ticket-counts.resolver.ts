import { Arg, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { TicketConnection } from './connections.ts'
import { countTickets, TicketCounts, type TicketPage } from './ticket-counts.ts'
import { TicketFilter } from './ticket-filter.ts'

@Resolver(() => TicketConnection)
export class TicketCountsResolver {
  @Authorized()
  @Query(() => TicketCounts, { description: 'How many of them are open and done.' })
  ticketCounts(
    @Arg('filter', () => TicketFilter, { nullable: true, description: 'Which ones; its `status` is not looked at.' })
    filter: TicketFilter | null,
    @Ctx() context: Context,
  ): Promise<TicketCounts> {
    return countTickets(context, filter)
  }

  @FieldResolver(() => TicketCounts, {
    nullable: true,
    description:
      'How many are open and done that the filter fits, its `status` apart; of `tickets`, and of a person’s, else null.',
  })
  counts(@Root() { counts }: TicketPage): Promise<TicketCounts> | null {
    return counts?.() ?? null
  }

  @FieldResolver(() => [String], {
    description:
      'Where no ticket has the words that were searched for: the similar names of people and organizations whose tickets are listed instead. Team only.',
  })
  similarNames(@Root() { similarNames = [] }: TicketPage): readonly string[] {
    return similarNames
  }
}
