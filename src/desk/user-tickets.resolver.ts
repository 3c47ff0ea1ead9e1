import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { type Condition, condition } from '../graph/condition.ts'
import { COUNT_LIMIT, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { User } from '../people/user.ts'
import { isStaff } from '../people/viewer.ts'
import { TicketConnection } from '../tickets/connections.ts'
import { Ticket } from '../tickets/ticket.ts'
import { countTickets, type TicketCounts, type TicketPage } from '../tickets/ticket-counts.ts'

/** The customer's own order, whose index serves it: open ones first, each half by last change. */
const openFirst = {
  name: 'of-person',
  columns: ['is_open', 'updated_at', 'id'],
  properties: ['isOpen', 'updatedAt', 'id'],
  descending: true,
}

/** How many there are in all: it does not depend on the row, so it is counted once for a page. */
const countOf = (person: string, which: string): Condition =>
  condition(
    `select count(*)::int from (select from ticket where requester_id = ? and ${which} and hold is null limit ${COUNT_LIMIT}) counted`,
    person,
  )

function countsIn(ticket: Ticket): TicketCounts {
  const [open, done] = [Number(Reflect.get(ticket, 'openCount')), Number(Reflect.get(ticket, 'doneCount'))]
  return { open, done, all: Math.min(open + done, COUNT_LIMIT) }
}

@Resolver(() => User)
export class UserTicketsResolver {
  @FieldResolver(() => TicketConnection, {
    nullable: true,
    description: 'What they asked, open ones first, what is held left out. For the team.',
  })
  async tickets(
    @Root() { id, globalId }: User,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
  ): Promise<TicketPage | null> {
    const { em, viewer } = context
    if (!isStaff(viewer)) return null
    const where = condition('t.requester_id = ? and t.hold is null', id)
    const adds = { openCount: countOf(id, 'is_open'), doneCount: countOf(id, 'not is_open') }
    const found = await keysetPage(em, page, {
      type: Ticket,
      where,
      order: openFirst,
      fingerprint: id,
      adds,
      isPrepared: true,
    })
    const [first] = found.nodes
    return { ...found, counts: async () => (first ? countsIn(first) : countTickets(context, { requester: globalId })) }
  }
}
