import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { idOf } from '../people/person.ts'
import { mayNote } from './may.ts'
import { Message } from './message.ts'
import { moveMessage } from './move-message.ts'
import { TicketPayload } from './status.resolver.ts'
import { lockTicketById, signedIn } from './visible.ts'

@InputType({ description: 'Which message, and where it belongs.' })
class MoveMessageInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of the message.' }) message!: string
  @Field(() => Int, { nullable: true, description: 'The ticket it goes to; without it, a new one of its author.' })
  number?: number | null
}
@ObjectType({ description: 'The ticket that the message is on now.' })
class MoveMessagePayload extends TicketPayload {}

@Resolver()
export class MoveMessageResolver {
  @Authorized('agent')
  @Mutation(() => MoveMessagePayload, {
    description: 'Puts a message on another open ticket, or a new one. The only message of a ticket stays.',
  })
  async moveMessage(
    @Arg('input', () => MoveMessageInput) { message: id, number }: MoveMessageInput,
    @Ctx() context: Context,
  ): Promise<MoveMessagePayload> {
    const { em, viewer } = context
    const { user } = signedIn(viewer)
    const message = await em.findOne(Message, idOf(id, 'Message'), { populate: ['author'] })
    if (!message) throw new Refusal('NOT_FOUND')
    const from = await lockTicketById(context, message.ticket.id)
    await em.refresh(message) // a colleague may have moved it while this waited for the ticket
    if (message.ticket.id !== from.id) throw new Refusal('NOT_FOUND')
    if (!mayNote(viewer, from)) throw new Refusal('FORBIDDEN')
    return { ticket: await moveMessage(context, message, from, number ?? null, user) }
  }
}
