import { Arg, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { mayAnswer } from '../tickets/may.ts'
import { Ticket } from '../tickets/ticket.ts'
import { cannedTexts } from './canned-text.ts'
import { type Facts, fillPlaceholders } from './fill-placeholders.ts'

@Resolver(() => Ticket)
export class AnswerDraftResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'A canned text as an answer to this ticket, its placeholders filled in; unknown ones stay visible. Null for whoever may not answer, and where there is no such text.',
  })
  async answerDraft(
    @Root() ticket: Ticket,
    @Arg('cannedText', () => ID, { nullable: true, description: 'One of `cannedTexts`.' }) id: string | null,
    @Ctx() context: Context,
  ): Promise<string | null> {
    if (!id || !mayAnswer(context.viewer, ticket)) return null
    const texts = await cannedTexts(context.em)
    const found = texts.find(({ globalId }) => globalId === id)
    return found ? fillPlaceholders(found.text, await factsOf(context, ticket)) : null
  }
}

async function factsOf({ em, viewer, config }: Context, ticket: Ticket): Promise<Facts> {
  const [requester, organization] = await Promise.all([loaded(em, ticket.requester), loaded(em, ticket.organization)])
  return {
    customer: requester?.name ?? null,
    number: String(ticket.number),
    subject: ticket.subject,
    organization: organization?.name ?? null,
    agent: viewer.user?.name ?? null,
    brand: config.brandName,
    link: `${config.baseUrl}/tickets/${ticket.number}`,
  }
}
