import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql'
import { anything, condition } from '../graph/condition.ts'
import { type Connection, connectionOf, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { loaded, related } from '../graph/loader.ts'
import { findNode, registerNode } from '../graph/nodes.ts'
import { readOne } from '../graph/reading.ts'
import { User } from '../people/user.ts'
import { isStaff, worksTickets } from '../people/viewer.ts'
import { Category } from '../tickets/category.ts'
import { BulkChange } from './bulk-change.ts'
import { BulkChangeTicket, BulkOutcome } from './bulk-change-ticket.ts'

const BulkChangeConnection = connectionOf('BulkChange', BulkChange)
const BulkChangeTicketConnection = connectionOf('BulkChangeTicket', BulkChangeTicket)

const brings = ['owner', 'assignee', 'category', 'undoes', 'undoneBy'] as const

registerNode('BulkChange', async ({ em, viewer }, id) =>
  isStaff(viewer) ? readOne(em, BulkChange, { where: condition('t.id = ?', id), brings }) : null,
)

@Resolver(() => BulkChange)
export class BulkChangeResolver {
  @Authorized('staff')
  @Query(() => BulkChange, { nullable: true, description: 'One bulk change; null where there is none.' })
  async bulkChange(
    @Arg('id', () => ID, { description: 'Global id of the bulk change.' }) id: string,
    @Ctx() context: Context,
  ): Promise<BulkChange | null> {
    const found = await findNode(context, id)
    return found instanceof BulkChange ? found : null
  }

  @Authorized('staff')
  @Query(() => BulkChangeConnection, { description: 'What the team changed of many tickets at once, newest first.' })
  bulkChanges(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: Context): Promise<Connection<BulkChange>> {
    return keysetPage(em, page, {
      type: BulkChange,
      where: anything,
      order: { name: 'asked', columns: ['created_at', 'id'], properties: ['createdAt', 'id'], descending: true },
      brings,
    })
  }

  @FieldResolver(() => User, { description: 'Who asked for it.' })
  owner(@Root() bulk: BulkChange, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, bulk.owner)
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who works them from then on.' })
  assignee(@Root() bulk: BulkChange, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, bulk.assignee)
  }

  @FieldResolver(() => Category, { nullable: true, description: 'What they are about from then on.' })
  category(@Root() bulk: BulkChange, @Ctx() { em }: Context): Promise<Category | null> {
    return loaded(em, bulk.category)
  }

  @FieldResolver(() => BulkChange, { nullable: true, description: 'What it undoes.' })
  undoes(@Root() bulk: BulkChange, @Ctx() { em }: Context): Promise<BulkChange | null> {
    return loaded<BulkChange>(em, bulk.undoes)
  }

  @FieldResolver(() => BulkChange, { nullable: true, description: 'What undoes it.' })
  async undoneBy(@Root() bulk: BulkChange, @Ctx() { em }: Context): Promise<BulkChange | null> {
    return (await related<BulkChange>(em, bulk, 'undoneBy'))[0] ?? null
  }

  @FieldResolver(() => Int, { description: 'How many of those that had their turn were like that already.' })
  unchanged(@Root() { done, changed, failed }: BulkChange): number {
    return done - changed - failed
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer can undo it now.' })
  async mayUndo(@Root() bulk: BulkChange, @Ctx() { em, viewer }: Context): Promise<boolean> {
    if (!worksTickets(viewer) || bulk.undoes || bulk.changed === 0) return false
    return (await related(em, bulk, 'undoneBy')).length === 0
  }

  @FieldResolver(() => BulkChangeTicketConnection, { description: 'Its tickets, by number.' })
  tickets(
    @Root() bulk: BulkChange,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('outcome', () => BulkOutcome, { nullable: true, description: 'Only those that this became of.' })
    outcome: BulkOutcome | null,
    @Ctx() { em }: Context,
  ): Promise<Connection<BulkChangeTicket>> {
    return keysetPage(em, page, {
      type: BulkChangeTicket,
      parent: { column: 'bulk_change_id', property: 'bulkChange', id: bulk.id },
      where: outcome ? condition('t.outcome = ?', outcome) : anything,
      order: { name: 'turn', columns: ['position', 'id'], properties: ['position', 'id'], descending: false },
      fingerprint: `${bulk.id}${outcome ?? ''}`,
      brings: ['ticket'],
    })
  }
}
