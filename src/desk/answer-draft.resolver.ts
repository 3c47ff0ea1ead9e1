import { Arg, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Ticket } from '../tickets/ticket.ts'
import { answerFrom } from './answer-draft.ts'

@Resolver(() => Ticket)
export class AnswerDraftResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'A canned text as an answer to this ticket, its placeholders filled in; unknown ones stay visible. Null for whoever may not answer, and where there is no such text.',
  })
  async answerDraft(
    @Root() ticket: Ticket,
    @Arg('cannedText', () => ID, { nullable: true, description: 'Global id of one of `cannedTexts`.' }) id:
      | string
      | null,
    @Ctx() context: Context,
  ): Promise<string | null> {
    return id ? answerFrom(context, ticket, id) : null
  }
}
