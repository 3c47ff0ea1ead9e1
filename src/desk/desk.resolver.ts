import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { listOf } from '../graph/lists.ts'
import { Refusal } from '../graph/refusal.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import { personOfAddress } from '../people/addresses.ts'
import { User } from '../people/user.ts'
import { isAdmin, isStaff, looksAfterList, worksTickets } from '../people/viewer.ts'
import { Ticket } from '../tickets/ticket.ts'
import { Desk, DeskCounts } from './desk.ts'
import { deskCounts } from './desk-counts.ts'
import { nextTicket } from './next-ticket.ts'

const workers = listOf(() => User, {
  where: "t.role in ('AGENT', 'ADMIN') and t.disabled_at is null",
  orderBy: 't.name, t.id',
  limit: 200,
})

@Resolver(() => Desk)
export class DeskResolver {
  @Authorized()
  @Query(() => Desk, { description: 'The desk of the team. Customers find none: NOT_FOUND.' })
  desk(@Ctx() { viewer }: Context): Desk {
    if (!isStaff(viewer)) throw new Refusal('NOT_FOUND')
    return new Desk()
  }

  @FieldResolver(() => DeskCounts, { description: 'The queue in figures.' })
  counts(@Ctx() context: Context): Promise<DeskCounts> {
    return deskCounts(context)
  }

  @FieldResolver(() => [User], { description: 'Who can work tickets, by name.' })
  staff(@Ctx() { em }: Context): Promise<User[]> {
    return workers(em)
  }

  @FieldResolver(() => Ticket, {
    nullable: true,
    description: 'The open ticket whose customer waits longest and that nobody but the viewer works or has open.',
  })
  nextTicket(
    @Arg('after', () => Int, { nullable: true, description: 'Number of the ticket just left, which is passed over.' })
    after: number | null,
    @Ctx() context: Context,
  ): Promise<Ticket | null> {
    return nextTicket(context, after)
  }

  @Authorized('agent')
  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who has this address, where a ticket is opened for a caller. For agents and admins.',
  })
  caller(
    @Arg('email', () => String, { nullable: true, description: 'The address as it was typed.' }) email: string | null,
    @Ctx() { em }: Context,
  ): Promise<User | null> | null {
    const address = email ? normalizeAddress(email) : null
    return address ? personOfAddress(em, address) : null
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer works tickets: answers, opens, releases.' })
  mayWorkTickets(@Ctx() { viewer }: Context): boolean {
    return worksTickets(viewer)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer looks after organizations and agreements.' })
  mayEditOrganizations(@Ctx() { viewer }: Context): boolean {
    return looksAfterList(viewer)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer looks after staff, roles and accounts.' })
  mayAdminister(@Ctx() { viewer }: Context): boolean {
    return isAdmin(viewer)
  }
}
