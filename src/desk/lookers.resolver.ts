import {
  Arg,
  Authorized,
  Ctx,
  Extensions,
  Field,
  FieldResolver,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import { condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { oneStatement } from '../graph/mutation.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { isStaff, signedIn } from '../people/viewer.ts'
import { Looker, lookersOf, noteLook } from '../tickets/lookers.ts'
import { Ticket } from '../tickets/ticket.ts'
import { findTicket } from '../tickets/visible.ts'

@InputType({ description: 'The ticket that one looks at.' })
class LookAtTicketInput {
  @Field(() => Int, { description: 'Its public number.' }) number!: number
}
@ObjectType({ description: 'The ticket, with whoever else is at it.', simpleResolvers: true })
class LookAtTicketPayload extends Payload {
  @Field(() => Ticket, { nullable: true, description: 'The ticket.' }) ticket?: () => Promise<Ticket | null>
}

@Resolver(() => Ticket)
export class LookersResolver {
  @FieldResolver(() => [Looker], {
    description: 'Who else of the team looks at it now or has begun to answer it; empty for customers.',
  })
  async lookers(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Looker[]> {
    return isStaff(context.viewer) ? lookersOf(context, ticket) : []
  }

  @Authorized('agent')
  @Extensions(oneStatement)
  @Mutation(() => LookAtTicketPayload, {
    description:
      'Says that the viewer has the ticket open, so that colleagues see it for ten minutes. Reading a ticket never says so by itself.',
  })
  async lookAtTicket(
    @Arg('input', () => LookAtTicketInput) { number }: LookAtTicketInput,
    @Ctx() context: Context,
  ): Promise<LookAtTicketPayload> {
    if (!(await noteLook(context, number, signedIn(context.viewer)))) throw new Refusal('NOT_FOUND')
    return { ticket: () => findTicket(context, condition('t.number = ?', number)) }
  }
}
