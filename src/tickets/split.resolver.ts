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
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { isStaff } from '../people/viewer.ts'
import { sourceOf } from './beside.ts'
import { MAX_SUBJECT } from './limits.ts'
import { mayUpdate } from './may.ts'
import { Message } from './message.ts'
import { split, unsplit } from './split.ts'
import { TicketPayload } from './status.resolver.ts'
import { Ticket } from './ticket.ts'
import { TicketSplit } from './ticket-split.ts'
import { lockStaying, lockTicket, signedIn } from './visible.ts'

@InputType({ description: 'A ticket that was split off from another.' })
class UnsplitTicketInput extends Repeatable {
  @Field(() => Int, { description: 'Its public number.' }) number!: number
}
@InputType({ description: 'Which messages of which ticket become one of their own.' })
class SplitTicketInput extends UnsplitTicketInput {
  @Field(() => [ID], {
    description: 'Global ids of the messages, at most 100. One that customers read has to stay, and one to go.',
  })
  messages!: string[]

  @Line(MAX_SUBJECT, { optional: true })
  @Field(() => String, { nullable: true, description: "The new ticket's subject; the old one's unless told." })
  subject?: string | null
}
@ObjectType({ description: 'The new ticket.' })
class SplitTicketPayload extends TicketPayload {}
@ObjectType({ description: 'The ticket that has its messages back.' })
class UnsplitTicketPayload extends TicketPayload {}

const MOST = 100

@Resolver(() => Ticket)
export class SplitResolver {
  @Authorized('agent')
  @Mutation(() => SplitTicketPayload, {
    description:
      'Makes a new ticket of some messages, with their files. It is of whoever wrote the first of them, and linked to the old one.',
  })
  async splitTicket(
    @Arg('input', () => SplitTicketInput) { number, messages: ids, subject }: SplitTicketInput,
    @Ctx() context: Context,
  ): Promise<SplitTicketPayload> {
    const { user } = signedIn(context.viewer)
    const ticket = await lockTicket(context, number)
    if (!mayUpdate(context.viewer, ticket)) throw new Refusal('FORBIDDEN')
    const messages = await messagesOf(context, ticket, ids)
    return { ticket: await split(context, ticket, messages, subject || ticket.subject, user) }
  }

  @Authorized('agent')
  @Mutation(() => UnsplitTicketPayload, {
    description: 'Puts back what is on a ticket that was split off; replies to either number land at the old one.',
  })
  async unsplitTicket(
    @Arg('input', () => UnsplitTicketInput) { number }: UnsplitTicketInput,
    @Ctx() context: Context,
  ): Promise<UnsplitTicketPayload> {
    const { em, viewer } = context
    const { user } = signedIn(viewer)
    const record = await em.findOne(TicketSplit, { ticket: { number }, undoneAt: null }, { populate: ['source'] })
    if (!record) throw new Refusal('NOT_FOUND')
    const source = await lockStaying(context, record.source.number) // the older one first, as everywhere
    const ticket = await lockTicket(context, number)
    if (!mayUpdate(viewer, ticket)) throw new Refusal('FORBIDDEN')
    if (ticket.mergedInto) throw new Refusal('NOT_FOUND')
    await unsplit(context, { split: record, ticket, source }, user)
    return { ticket: source }
  }

  @FieldResolver(() => Ticket, {
    nullable: true,
    description: 'The ticket that it was split off from, as long as that can be undone. For the team.',
  })
  async splitFrom(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Ticket | null> {
    return isStaff(context.viewer) ? sourceOf(context, ticket) : null
  }
}

/** Oldest first, with their authors. Whatever is not, or no longer, on the ticket is not found. */
async function messagesOf({ em }: Context, ticket: Ticket, globalIds: readonly string[]): Promise<Message[]> {
  const ids = [...new Set(globalIds)].slice(0, MOST).flatMap(each => {
    const parsed = parseGlobalId(each)
    return parsed?.type === 'Message' ? [parsed.id] : []
  })
  if (ids.length === 0) throw new Refusal('REQUIRED', 'messages')
  const order = { orderBy: { createdAt: 'asc', id: 'asc' }, populate: ['author'] } as const
  const found = await em.find(Message, { ticket, id: { $in: ids } }, order)
  if (found.length !== new Set(globalIds).size) throw new Refusal('UNKNOWN_MESSAGE', 'messages')
  return found
}
