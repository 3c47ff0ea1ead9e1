import { Arg, Args, Authorized, Ctx, Field, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql'
import { condition } from '../graph/condition.ts'
import { type Connection, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { afterRelease } from '../list/join.ts'
import { TicketConnection } from './connections.ts'
import { mayRelease } from './may.ts'
import { TicketPayload } from './status.resolver.ts'
import { tellTeamOfTicket } from './tell.ts'
import { Hold, Ticket } from './ticket.ts'
import { lockTicket, signedIn } from './visible.ts'
import { TicketEventType } from './vocabulary.ts'

@InputType({ description: 'Which held request.' })
export class ReleaseRequestInput {
  @Field(() => Int, { description: "The ticket's public number." }) number!: number
  @Field(() => String, { nullable: true, description: 'Makes a repetition of the same call harmless.' })
  idempotencyKey?: string | null
}
@InputType({ description: 'Which held request.' })
export class MarkAsSpamInput extends ReleaseRequestInput {}
@ObjectType({ description: 'The ticket, now in the queue.' })
export class ReleaseRequestPayload extends TicketPayload {}
@ObjectType({ description: 'The ticket, now spam.' })
export class MarkAsSpamPayload extends TicketPayload {}

@Resolver()
export class HeldResolver {
  @Authorized('agent')
  @Query(() => TicketConnection, { description: 'Requests of the public form that wait for a decision, oldest first.' })
  heldRequests(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: Context): Promise<Connection<Ticket>> {
    return keysetPage(em, page, {
      type: Ticket,
      where: condition("t.hold in ('RATE', 'HONEYPOT', 'TOO_FAST')"),
      order: { name: 'held', columns: ['created_at', 'id'], properties: ['createdAt', 'id'], descending: false },
      brings: ['requester', 'category'],
    })
  }

  @Authorized('agent')
  @Mutation(() => ReleaseRequestPayload, { description: 'Puts a held request into the queue; the team is told.' })
  async releaseRequest(
    @Arg('input', () => ReleaseRequestInput) { number }: ReleaseRequestInput,
    @Ctx() context: Context,
  ): Promise<ReleaseRequestPayload> {
    const ticket = await heldTicket(context, number)
    const { user } = signedIn(context.viewer)
    ticket.record(TicketEventType.RELEASED, user, context.now)
    ticket.hold = null
    await tellTeamOfTicket(context, ticket)
    await afterRelease(context.em, ticket.requester, context.config, context.now)
    return { ticket }
  }

  @Authorized('agent')
  @Mutation(() => MarkAsSpamPayload, { description: 'Takes a held request out of sight; the sender is told nothing.' })
  async markAsSpam(
    @Arg('input', () => MarkAsSpamInput) { number }: MarkAsSpamInput,
    @Ctx() context: Context,
  ): Promise<MarkAsSpamPayload> {
    const ticket = await heldTicket(context, number)
    ticket.hold = Hold.SPAM
    return { ticket }
  }
}

async function heldTicket(context: Context, number: number): Promise<Ticket> {
  const ticket = await lockTicket(context, number)
  if (!mayRelease(context.viewer, ticket)) throw new Refusal('NOT_FOUND')
  return ticket
}
