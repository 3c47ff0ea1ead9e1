import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { cleanLine } from '../lib/clean-text.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { Role, User } from '../people/user.ts'
import { Category } from './category.ts'
import { mayDecide, mayUpdate } from './may.ts'
import { tellOfStatus } from './tell.ts'
import { Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'
import { lockTicket, signedIn } from './visible.ts'
import { TicketEventType, TicketPriority } from './vocabulary.ts'

const MAX_TAGS = 20
const MAX_TAG = 50

@InputType({ description: 'Which ticket.' })
export class MarkTicketDoneInput {
  @Field(() => Int, { description: 'Its public number.' }) number!: number
}

@InputType({ description: 'Which ticket.' })
export class ReopenTicketInput extends MarkTicketDoneInput {}

@InputType({ description: 'What changes; what is not given stays.' })
export class UpdateTicketInput {
  @Field(() => Int, { description: 'Its public number.' }) number!: number
  @Field(() => TicketStatus, { nullable: true, description: 'Any but NEW.' }) status?: TicketStatus | null
  @Field(() => TicketPriority, { nullable: true, description: 'How pressing it is.' }) priority?: TicketPriority | null
  @Field(() => ID, { nullable: true, description: 'An agent or admin; null = nobody.' }) assignee?: string | null
  @Field(() => ID, { nullable: true, description: 'A category; null = none.' }) category?: string | null
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
    const { viewer, now } = context
    const { user } = signedIn(viewer)
    const ticket = await lockTicket(context, input.number)
    if (!mayUpdate(viewer, ticket)) throw new Refusal('FORBIDDEN')
    if (input.status === TicketStatus.NEW) throw new Refusal('INVALID_STATUS', 'status')
    if (input.priority && input.priority !== ticket.priority) {
      ticket.record(TicketEventType.PRIORITY, user, now, ticket.priority, input.priority)
      ticket.priority = input.priority
    }
    if (isOther(input.assignee, ticket.assignee))
      assign(ticket, await assigneeOf(context, input.assignee ?? null), user, now)
    if (isOther(input.category, ticket.category))
      categorize(ticket, await categoryOf(context, input.category), user, now)
    if (input.tags) tag(ticket, input.tags, user, now)
    if (input.status && ticket.moveTo(input.status, user, now)) await tellOfStatus(context, ticket)
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

/** Events keep names, not ids: the history reads the same when somebody has left. */
function assign(ticket: Ticket, assignee: User | null, by: User, now: Date): void {
  if (ticket.assignee?.id === assignee?.id) return
  ticket.record(TicketEventType.ASSIGNEE, by, now, ticket.assignee?.name ?? null, assignee?.name ?? null)
  ticket.assignee = assignee
}

function categorize(ticket: Ticket, category: Category | null, by: User, now: Date): void {
  if (ticket.category?.id === category?.id) return
  ticket.record(TicketEventType.CATEGORY, by, now, ticket.category?.nameEn ?? null, category?.nameEn ?? null)
  ticket.category = category
}

function tag(ticket: Ticket, wanted: string[], by: User, now: Date): void {
  const tags = [
    ...new Set(
      wanted
        .flatMap(text => text.split(','))
        .map(text => cleanLine(text).toLowerCase())
        .filter(Boolean),
    ),
  ].sort()
  if (tags.length > MAX_TAGS) throw new Refusal('TOO_LONG', 'tags', { max: MAX_TAGS })
  if (tags.some(text => text.length > MAX_TAG)) throw new Refusal('TOO_LONG', 'tags', { max: MAX_TAG })
  if (tags.join() === ticket.tags.join()) return
  ticket.record(TicketEventType.TAGS, by, now, ticket.tags.join(', '), tags.join(', '))
  ticket.tags = tags
}

/** Somebody who works tickets, by their global id; null = nobody. */
export async function assigneeOf({ em }: Context, id: string | null): Promise<User | null> {
  if (id === null) return null
  const parsed = parseGlobalId(id)
  const found =
    parsed?.type === 'User'
      ? await em.findOne(User, { id: parsed.id, role: { $in: [Role.AGENT, Role.ADMIN] }, disabledAt: null })
      : null
  if (!found) throw new Refusal('UNKNOWN_PERSON', 'assignee')
  return found
}

/** A category that can still be chosen, by its global id. */
export async function categoryOf({ em }: Context, id: string | null | undefined): Promise<Category | null> {
  if (!id) return null
  const parsed = parseGlobalId(id)
  const found =
    parsed?.type === 'Category'
      ? await em.findOne(Category, { id: parsed.id, archivedAt: null }, { populate: ['assignee'] })
      : null
  if (!found) throw new Refusal('UNKNOWN_CATEGORY', 'category')
  return found
}
