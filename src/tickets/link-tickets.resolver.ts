import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { isStaff } from '../people/viewer.ts'
import { linksOf } from './beside.ts'
import { link, unlink } from './links.ts'
import { mayUpdate } from './may.ts'
import { TicketPayload } from './status.resolver.ts'
import { Ticket } from './ticket.ts'
import { lockPair, signedIn } from './visible.ts'

@InputType({ description: 'Which two tickets.' })
class LinkTicketsInput extends Repeatable {
  @Field(() => Int, { description: 'The public number of the one.' }) number!: number
  @Field(() => Int, { description: 'The public number of the other.' }) to!: number
}
@InputType({ description: 'Which two tickets.' })
class UnlinkTicketsInput extends Repeatable {
  @Field(() => Int, { description: 'The public number of the one.' }) number!: number
  @Field(() => Int, { description: 'The public number of the other.' }) from!: number
}
@ObjectType({ description: 'The ticket, linked.' })
class LinkTicketsPayload extends TicketPayload {}
@ObjectType({ description: 'The ticket, without the link.' })
class UnlinkTicketsPayload extends TicketPayload {}

@Resolver(() => Ticket)
export class LinkTicketsResolver {
  @Authorized('agent')
  @Mutation(() => LinkTicketsPayload, {
    description: 'Says that two tickets belong together; already so is fine. Only the team sees it, on both.',
  })
  async linkTickets(
    @Arg('input', () => LinkTicketsInput) { number, to }: LinkTicketsInput,
    @Ctx() context: Context,
  ): Promise<LinkTicketsPayload> {
    const { user } = signedIn(context.viewer)
    if (number === to) throw new Refusal('SAME_TICKET', 'to')
    const [one, two] = await lockPair(context, number, to, 'to')
    if (!mayUpdate(context.viewer, one)) throw new Refusal('FORBIDDEN')
    await link(context, one, two, user)
    return { ticket: one }
  }

  @Authorized('agent')
  @Mutation(() => UnlinkTicketsPayload, { description: 'Takes that back; not linked is fine.' })
  async unlinkTickets(
    @Arg('input', () => UnlinkTicketsInput) { number, from }: UnlinkTicketsInput,
    @Ctx() context: Context,
  ): Promise<UnlinkTicketsPayload> {
    const { user } = signedIn(context.viewer)
    const [one, two] = await lockPair(context, number, from, 'from')
    if (!mayUpdate(context.viewer, one)) throw new Refusal('FORBIDDEN')
    await unlink(context, one, two, user)
    return { ticket: one }
  }

  @FieldResolver(() => [Ticket], { description: 'Tickets that belong together with it; for the team, else empty.' })
  async links(@Root() ticket: Ticket, @Ctx() context: Context): Promise<readonly Ticket[]> {
    return isStaff(context.viewer) ? linksOf(context, ticket) : []
  }
}
