import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import type { User } from '../people/user.ts'
import type { Category } from './category.ts'
import { changeTicket } from './change-ticket.ts'
import { assigneeOf, categoryOf } from './choices.ts'
import { mayDecide, mayUpdate } from './may.ts'
import { Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'
import { lockTicket, signedIn } from './visible.ts'
import { TicketPriority } from './vocabulary.ts'

@InputType({ description: 'The ticket, by its public number.' })
export class MarkTicketDoneInput {
  @Field(() => Int, { description: 'Its public number.' }) number!: number
}

@InputType({ description: 'The ticket, by its public number.' })
export class ReopenTicketInput extends MarkTicketDoneInput {}

@InputType({ description: 'What changes; what is not given stays.' })
export class UpdateTicketInput {
  @Field(() => Int, { description: 'Its public number.' }) number!: number
  @Field(() => TicketStatus, { nullable: true, description: 'The status that it gets: any but NEW.' })
  status?: TicketStatus | null
  @Field(() => TicketPriority, { nullable: true, description: 'How pressing it is.' }) priority?: TicketPriority | null
  @Field(() => ID, { nullable: true, description: 'Global id of an agent or admin; null = nobody.' }) assignee?:
    | string
    | null
  @Field(() => ID, { nullable: true, description: 'Global id of a category; null = none.' }) category?: string | null
  @Field(() => [String], { nullable: true, description: 'All its tags from now on, at most 20; a comma parts two.' })
  tags?: string[] | null
}

@ObjectType({ description: 'The ticket as it is now.' })
export class TicketPayload extends Payload {
  @Field(() => Ticket, { nullable: true, description: 'The ticket.' }) ticket?: Ticket | null
}
@ObjectType({ description: 'The ticket as it is now.' })
export class MarkTicketDonePayload extends TicketPayload {}
@ObjectType({ description: 'The ticket as it is now.' })
export class ReopenTicketPayload extends TicketPayload {}
@ObjectType({ description: 'The ticket as it is now.' })
export class UpdateTicketPayload extends TicketPayload {}

@Resolver()
export class StatusResolver {
  @Authorized()
  @Mutation(() => MarkTicketDonePayload, {
    description:
      "The requester's own word that it is done; already so is fine. Refused on a closed ticket: TICKET_CLOSED.",
  })
  async markTicketDone(
    @Arg('input', () => MarkTicketDoneInput) { number }: MarkTicketDoneInput,
    @Ctx() context: Context,
  ): Promise<MarkTicketDonePayload> {
    const ticket = await ownTicket(context, number)
    ticket.markDone(signedIn(context.viewer).user, context.now)
    return { ticket }
  }

  @Authorized()
  @Mutation(() => ReopenTicketPayload, {
    description:
      "The requester's own word that it is not done yet; already open is fine. Refused on a closed ticket: TICKET_CLOSED.",
  })
  async reopenTicket(
    @Arg('input', () => ReopenTicketInput) { number }: ReopenTicketInput,
    @Ctx() context: Context,
  ): Promise<ReopenTicketPayload> {
    const ticket = await ownTicket(context, number)
    ticket.reopen(signedIn(context.viewer).user, context.now)
    return { ticket }
  }

  @Authorized('agent')
  @Mutation(() => UpdateTicketPayload, { description: 'Changes what the team decides about a ticket.' })
  async updateTicket(
    @Arg('input', () => UpdateTicketInput) input: UpdateTicketInput,
    @Ctx() context: Context,
  ): Promise<UpdateTicketPayload> {
    const { number, status, priority, tags, assignee, category } = input
    const ticket = await lockTicket(context, number)
    if (!mayUpdate(context.viewer, ticket)) throw new Refusal('FORBIDDEN')
    if (status === TicketStatus.NEW) throw new Refusal('INVALID_STATUS', 'status')
    await changeTicket(context, ticket, {
      status,
      priority,
      tags,
      ...(isOther(assignee, ticket.assignee) && { assignee: await assigneeOf(context, assignee ?? null) }),
      ...(isOther(category, ticket.category) && { category: await categoryOf(context, category) }),
    })
    return { ticket }
  }
}

async function ownTicket(context: Context, number: number): Promise<Ticket> {
  const ticket = await lockTicket(context, number)
  if (!mayDecide(context.viewer, ticket)) throw new Refusal('FORBIDDEN')
  return ticket
}

/** What stays as it is need not be something that could be chosen today: an archived category, a colleague who left. */
const isOther = (chosen: string | null | undefined, now: Category | User | null): boolean =>
  chosen !== undefined && chosen !== (now?.globalId ?? null)
