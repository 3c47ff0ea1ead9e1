import { Arg, Authorized, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { idOf } from '../people/person.ts'
import { DraftKind } from './draft.ts'
import { draftsOf, keepDraft } from './drafts.ts'
import { Message } from './message.ts'
import { TicketPayload } from './status.resolver.ts'
import { takeBack } from './take-back.ts'
import { answerStatuses } from './ticket-status.ts'
import { lockTicketById, signedIn } from './visible.ts'

@InputType({ description: 'Which answer.' })
class TakeBackMessageInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of an answer that the viewer wrote.' }) message!: string
}

@ObjectType({ description: 'The ticket as it was before the answer, and the words of it.' })
class TakeBackMessagePayload extends TicketPayload {
  @Field(() => String, { nullable: true, description: 'What was taken back, to be written anew.' }) text?: string
}

@Resolver()
export class TakeBackResolver {
  @Authorized('agent')
  @Mutation(() => TakeBackMessagePayload, {
    description:
      "Takes back one's own answer within UNDO_SECONDS, before any mail of it is sent; its words are a draft again. Later it is refused: TOO_LATE.",
  })
  async takeBackMessage(
    @Arg('input', () => TakeBackMessageInput) input: TakeBackMessageInput,
    @Ctx() context: Context,
  ): Promise<TakeBackMessagePayload> {
    const { em, viewer } = context
    const { user } = signedIn(viewer)
    const message = await em.findOne(Message, idOf(input.message, 'Message'))
    if (!message || message.isNote || message.author?.id !== user.id) throw new Refusal('NOT_FOUND')
    const { status } = await lockTicketById(context, message.ticket.id)
    const chosen = answerStatuses.includes(status) ? status : null
    const ticket = await takeBack(context, message, user)
    const [begun] = (await draftsOf(context, ticket)).filter(({ kind }) => kind === DraftKind.ANSWER)
    const text = [message.text, begun?.text].filter(Boolean).join('\n\n')
    if (text !== '') await keepDraft(context, user, ticket, { kind: DraftKind.ANSWER, text, status: chosen })
    return { ticket, text: message.text }
  }
}
