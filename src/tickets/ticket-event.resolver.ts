import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { allOf, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { readOne } from '../graph/reading.ts'
import { User } from '../people/user.ts'
import { TicketEvent } from './ticket-event.ts'
import { ofVisibleTicket, readableEvents } from './visible.ts'

registerNode('TicketEvent', ({ em, viewer }, id) =>
  readOne(em, TicketEvent, {
    where: allOf(condition('t.id = ?', id), readableEvents(viewer), ofVisibleTicket(viewer)),
  }),
)

@Resolver(() => TicketEvent)
export class TicketEventResolver {
  @FieldResolver(() => User, { nullable: true, description: 'Who did it; null = the clock.' })
  actor(@Root() event: TicketEvent, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, event.actor)
  }
}
