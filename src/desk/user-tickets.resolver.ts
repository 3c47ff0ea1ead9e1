import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { condition } from '../graph/condition.ts'
import { type Connection, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { User } from '../people/user.ts'
import { isStaff } from '../people/viewer.ts'
import { TicketConnection } from '../tickets/connections.ts'
import { Ticket } from '../tickets/ticket.ts'

/** The customer's own order, whose index serves it: open ones first, each half by last change. */
const openFirst = {
  name: 'of-person',
  columns: ['is_open', 'updated_at', 'id'],
  properties: ['isOpen', 'updatedAt', 'id'],
  descending: true,
}

@Resolver(() => User)
export class UserTicketsResolver {
  @FieldResolver(() => TicketConnection, {
    nullable: true,
    description: 'What they asked, open ones first, what is held left out. For the team.',
  })
  async tickets(
    @Root() { id }: User,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em, viewer }: Context,
  ): Promise<Connection<Ticket> | null> {
    if (!isStaff(viewer)) return null
    const where = condition('t.requester_id = ? and t.hold is null', id)
    return keysetPage(em, page, { type: Ticket, where, order: openFirst, fingerprint: id })
  }
}
