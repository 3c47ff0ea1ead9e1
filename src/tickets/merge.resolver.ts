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
import { mergedOf } from './beside.ts'
import { mergedInto } from './linked-tickets.ts'
import { mayUpdate } from './may.ts'
import { merge, part } from './merge.ts'
import { TicketPayload } from './status.resolver.ts'
import { Ticket } from './ticket.ts'
import { lockPair, lockTicket, lockTicketById, signedIn } from './visible.ts'

@InputType({ description: 'A ticket that was put into another.' })
class UnmergeTicketInput extends Repeatable {
  @Field(() => Int, { description: 'Its public number.' }) number!: number
}
@InputType({ description: 'Which ticket is put into which.' })
class MergeTicketsInput extends UnmergeTicketInput {
  @Field(() => Int, { description: 'The number of the ticket that stays.' }) into!: number
}
@ObjectType({ description: 'The ticket that stays.' })
class MergeTicketsPayload extends TicketPayload {}
@ObjectType({ description: 'The ticket that stands by itself again.' })
class UnmergeTicketPayload extends TicketPayload {}

@Resolver(() => Ticket)
export class MergeResolver {
  @Authorized('agent')
  @Mutation(() => MergeTicketsPayload, {
    description: 'Puts a ticket into another: messages and people go along, and replies to either number land there.',
  })
  async mergeTickets(
    @Arg('input', () => MergeTicketsInput) { number, into }: MergeTicketsInput,
    @Ctx() context: Context,
  ): Promise<MergeTicketsPayload> {
    const { user } = signedIn(context.viewer)
    const [source, target] = await lockPair(context, number, into, 'into')
    if (!mayUpdate(context.viewer, source)) throw new Refusal('FORBIDDEN')
    await merge(context, source, target, user)
    return { ticket: target }
  }

  @Authorized('agent')
  @Mutation(() => UnmergeTicketPayload, { description: 'Takes a ticket that was put into another out again.' })
  async unmergeTicket(
    @Arg('input', () => UnmergeTicketInput) { number }: UnmergeTicketInput,
    @Ctx() context: Context,
  ): Promise<UnmergeTicketPayload> {
    const { user } = signedIn(context.viewer)
    const source = await lockTicket(context, number)
    if (!mayUpdate(context.viewer, source)) throw new Refusal('FORBIDDEN')
    if (!source.mergedInto) throw new Refusal('NOT_FOUND')
    await part(context, source, await lockTicketById(context, source.mergedInto.id), user)
    return { ticket: source }
  }

  @FieldResolver(() => Ticket, { nullable: true, description: 'The ticket that it was put into.' })
  mergedInto(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Ticket | null> {
    return mergedInto(context, ticket)
  }

  @FieldResolver(() => [Ticket], { description: 'Tickets that were put into it; for the team, else empty.' })
  async merged(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Ticket[]> {
    return isStaff(context.viewer) ? mergedOf(context, ticket) : []
  }
}
