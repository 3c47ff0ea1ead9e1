import type { GraphQLResolveInfo } from 'graphql'
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql'
import { asksFor } from '../graph/asks-for.ts'
import { batched } from '../graph/batched.ts'
import { type Condition, condition, idList } from '../graph/condition.ts'
import { COUNT_LIMIT, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { User } from '../people/user.ts'
import { isStaff } from '../people/viewer.ts'
import { TicketConnection } from '../tickets/connections.ts'
import { Ticket } from '../tickets/ticket.ts'
import { countsFrom, countsIn, type TicketPage } from '../tickets/ticket-counts.ts'

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

const countsOf = batched(async ({ em }: Context, people) => {
  const count = (which: string) =>
    `(select count(*)::int from (select from ticket where requester_id = p.id and ${which} and hold is null limit ${COUNT_LIMIT}) counted)`
  const rows = await em.execute<{ id: string; open: number; done: number }[]>(
    `select p.id, ${count('is_open')} as open, ${count('not is_open')} as done from unnest(?::uuid[]) p (id)`,
    [idList(people)],
  )
  return new Map(rows.map(({ id, open, done }) => [id, countsFrom(open, done)]))
})

@Resolver(() => User)
export class UserTicketsResolver {
  @FieldResolver(() => TicketConnection, {
    nullable: true,
    description: 'What they asked, open ones first, what is held left out. For the team.',
  })
  async tickets(
    @Root() { id }: User,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TicketPage | null> {
    const { em, viewer } = context
    if (!isStaff(viewer)) return null
    const counts = { openCount: countOf(id, 'is_open'), doneCount: countOf(id, 'not is_open') }
    const alone = asksFor('counts', info) ? counts : {}
    const parent = { column: 'requester_id', property: 'requester', id, alone }
    const where = condition('t.hold is null')
    const found = await keysetPage(em, page, {
      type: Ticket,
      parent,
      where,
      order: openFirst,
      fingerprint: id,
      isPrepared: true,
    })
    const [first] = found.nodes
    return {
      ...found,
      counts: async () => (first && countsIn(first)) ?? (await countsOf(context, id)) ?? countsFrom(0, 0),
    }
  }
}
