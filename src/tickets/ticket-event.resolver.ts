import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { User } from '../people/user.ts'
import { isStaff } from '../people/viewer.ts'
import { TicketEvent } from './ticket-event.ts'
import { publicEvents, visibleTickets } from './visible.ts'

registerNode('TicketEvent', ({ em, viewer }, id) => {
  const seen = isStaff(viewer) ? {} : { type: { $in: publicEvents } }
  return em.findOne(TicketEvent, { $and: [{ id }, seen, { ticket: visibleTickets(viewer) }] } as object)
})

@Resolver(() => TicketEvent)
export class TicketEventResolver {
  @FieldResolver(() => User, { nullable: true, description: 'Who did it; null = the clock.' })
  actor(@Root() event: TicketEvent, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, event.actor)
  }
}
