import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import { condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { Text } from '../graph/input.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { readOne } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { isStaff, signedIn } from '../people/viewer.ts'
import { Draft, DraftKind } from '../tickets/draft.ts'
import { discardDraft, draftsOf, hasDraft, keepDraft } from '../tickets/drafts.ts'
import { MAX_MESSAGE } from '../tickets/limits.ts'
import { mayAnswer } from '../tickets/may.ts'
import { Ticket } from '../tickets/ticket.ts'
import { answerStatuses, TicketStatus } from '../tickets/ticket-status.ts'
import { findTicket } from '../tickets/visible.ts'
import { answerFrom } from './answer-draft.ts'

@InputType({ description: 'Which draft of the viewer.' })
class DiscardDraftInput {
  @Field(() => Int, { description: "The ticket's public number." }) number!: number
  @Field(() => DraftKind, { description: 'Of an answer or of a note.' }) kind!: DraftKind
}

@InputType({ description: 'What `saveDraft` keeps.' })
class SaveDraftInput extends DiscardDraftInput {
  @Text(MAX_MESSAGE, { optional: true })
  @Field(() => String, { nullable: true, description: 'The words so far; without any there is no draft any more.' })
  message?: string | null

  @Field(() => ID, {
    nullable: true,
    description:
      'Global id of the draft that the words go on from, null = none: what was saved meanwhile somewhere else is kept below them. Without it, it is replaced.',
  })
  draft?: string | null

  @Field(() => TicketStatus, { nullable: true, description: 'Where the ticket is to stand with the answer.' })
  status?: TicketStatus | null

  @Field(() => ID, {
    nullable: true,
    description: 'Global id of one of `cannedTexts`, which is added below the words with its placeholders filled in.',
  })
  cannedText?: string | null
}

@ObjectType({ description: 'What is kept.' })
class SaveDraftPayload extends Payload {
  @Field(() => Ticket, { nullable: true, description: 'The ticket.' }) ticket?: Ticket | null
  @Field(() => Draft, { nullable: true, description: 'The draft; null where there was nothing to keep.' })
  draft?: Draft | null
}
@ObjectType({ description: 'The draft is gone.' })
class DiscardDraftPayload extends Payload {
  @Field(() => Ticket, { nullable: true, description: 'The ticket.' }) ticket?: Ticket | null
}

@Resolver(() => Ticket)
export class DraftResolver {
  @FieldResolver(() => [Draft], {
    description: 'What the viewer has begun to write on it and not sent; nobody else’s. Empty for customers.',
  })
  async drafts(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Draft[]> {
    return isStaff(context.viewer) ? draftsOf(context, ticket) : []
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer has a draft on it.' })
  async hasDraft(@Root() ticket: Ticket, @Ctx() context: Context): Promise<boolean> {
    return isStaff(context.viewer) && hasDraft(context, ticket)
  }

  @Authorized('agent')
  @Mutation(() => SaveDraftPayload, {
    description: 'Keeps what the viewer has written so far, for them alone, in place of their draft of before.',
  })
  async saveDraft(
    @Arg('input', () => SaveDraftInput) input: SaveDraftInput,
    @Ctx() context: Context,
  ): Promise<SaveDraftPayload> {
    const user = signedIn(context.viewer)
    const ticket = await ticketToWriteTo(context, input.number)
    const { kind, status } = input
    if (status && !answerStatuses.includes(status)) throw new Refusal('INVALID_STATUS', 'status')
    const added = input.cannedText ? await answerFrom(context, ticket, input.cannedText) : null
    if (input.cannedText && added === null) throw new Refusal('INVALID_CHOICE', 'cannedText')
    const elsewhere = input.draft === undefined ? null : await savedElsewhere(context, ticket, input)
    const text = [input.message, added, elsewhere].filter(Boolean).join('\n\n')
    if (text === '') await discardDraft(context, user, ticket, kind)
    const draft = text === '' ? null : await keepDraft(context, user, ticket, { kind, text, status })
    return { ticket: await ticketToWriteTo(context, ticket.number), draft }
  }

  @Authorized('agent')
  @Mutation(() => DiscardDraftPayload, { description: "Throws a draft of the viewer's away." })
  async discardDraft(
    @Arg('input', () => DiscardDraftInput) { number, kind }: DiscardDraftInput,
    @Ctx() context: Context,
  ): Promise<DiscardDraftPayload> {
    const ticket = await ticketToWriteTo(context, number)
    await discardDraft(context, signedIn(context.viewer), ticket, kind)
    return { ticket: await ticketToWriteTo(context, number) }
  }
}

/** Two devices at one answer: the words of neither are lost. */
async function savedElsewhere(context: Context, ticket: Ticket, input: SaveDraftInput): Promise<string | null> {
  const known = (await draftsOf(context, ticket)).find(({ kind }) => kind === input.kind)
  const isOther = known && known.globalId !== input.draft && !input.message?.includes(known.text)
  return isOther ? known.text : null
}

async function ticketToWriteTo(context: Context, number: number): Promise<Ticket> {
  const ticket = await findTicket(context, condition('t.number = ?', number))
  if (!ticket) throw new Refusal('NOT_FOUND')
  if (!mayAnswer(context.viewer, ticket)) throw new Refusal('FORBIDDEN')
  return ticket
}

registerNode('Draft', ({ em, viewer }, id) => {
  const where = condition('t.id = ? and t.author_id = ?', id, viewer.user?.id ?? null)
  return isStaff(viewer) ? readOne(em, Draft, { where }) : Promise.resolve(null)
})
