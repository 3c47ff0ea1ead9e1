import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql'
import type { Condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { Ticket } from '../tickets/ticket.ts'
import { TicketFilter } from '../tickets/ticket-filter.ts'
import { BulkSelection, figuresOf, firstOf, rowsOf } from './bulk-selection.ts'

/** The rows come along for its tickets. */
interface Selection extends BulkSelection {
  rows: Condition
}

@Resolver(() => BulkSelection)
export class BulkSelectionResolver {
  @Authorized('agent')
  @Query(() => BulkSelection, {
    description: 'What a bulk change would be for, either by number or by a filter: how many tickets, and which mails.',
  })
  async bulkSelection(
    @Arg('tickets', () => [Int], { nullable: true, description: 'Public numbers.' }) tickets: number[] | null,
    @Arg('filter', () => TicketFilter, { nullable: true, description: 'All that it fits.' })
    filter: TicketFilter | null,
    @Ctx() context: Context,
  ): Promise<Selection> {
    const rows = rowsOf(context, { tickets, filter })
    return { rows, ...(await figuresOf(context, rows)) }
  }

  @FieldResolver(() => [Ticket], { description: 'The first 100, by number.' })
  tickets(@Root() { rows }: Selection, @Ctx() context: Context): Promise<Ticket[]> {
    return firstOf(context, rows)
  }
}
