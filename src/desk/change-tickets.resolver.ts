import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { cleanTags } from '../tickets/change-ticket.ts'
import { assigneeOf, categoryOf } from '../tickets/choices.ts'
import { TicketFilter } from '../tickets/ticket-filter.ts'
import { TicketStatus } from '../tickets/ticket-status.ts'
import { signedIn } from '../tickets/visible.ts'
import { TicketPriority } from '../tickets/vocabulary.ts'
import { beginBulkChange } from './begin-bulk-change.ts'
import { BulkChange } from './bulk-change.ts'
import { idsOf } from './bulk-selection.ts'

@InputType({
  description: 'Which tickets, either by number or by a filter, and what changes; what is not given stays.',
})
export class ChangeTicketsInput extends Repeatable {
  @Field(() => [Int], { nullable: true, description: 'Public numbers, at most 10,000.' }) tickets?: number[] | null

  @Field(() => TicketFilter, {
    nullable: true,
    description:
      'All that it fits when the call arrives, as the queue lists them; refused where these are more than 10,000.',
  })
  filter?: TicketFilter | null

  @Field(() => TicketStatus, { nullable: true, description: 'The status that all get: any but NEW.' })
  status?: TicketStatus | null
  @Field(() => TicketPriority, { nullable: true, description: 'How pressing they are.' })
  priority?: TicketPriority | null
  @Field(() => ID, { nullable: true, description: 'Global id of an agent or admin; null = nobody.' }) assignee?:
    | string
    | null
  @Field(() => ID, { nullable: true, description: 'Global id of a category; null = none.' }) category?: string | null
  @Field(() => [String], { nullable: true, description: 'Tags to add; a comma parts two.' }) addTags?: string[] | null
  @Field(() => [String], { nullable: true, description: 'Tags to take away; a comma parts two.' })
  removeTags?: string[] | null

  @Field(() => Date, {
    nullable: true,
    description:
      'When the caller looked at the tickets; now unless told. The status of one that got a message since is left alone.',
  })
  seenAt?: Date | null
}

@ObjectType({ description: 'The bulk change, which a worker begins with at once.' })
class ChangeTicketsPayload extends Payload {
  @Field(() => BulkChange, { nullable: true, description: 'What to ask for how far it has come.' })
  bulkChange?: BulkChange | null
}

@Resolver()
export class ChangeTicketsResolver {
  @Authorized('agent')
  @Mutation(() => ChangeTicketsPayload, {
    description:
      'Changes many tickets, each by the rules of updateTicket and with its mails. Answers before it is done; see bulkChange.',
  })
  async changeTickets(
    @Arg('input', () => ChangeTicketsInput) input: ChangeTicketsInput,
    @Ctx() context: Context,
  ): Promise<ChangeTicketsPayload> {
    const { em, viewer, now } = context
    const deed = await deedOf(context, input)
    const ids = await idsOf(context, input)
    const seenAt = input.seenAt && input.seenAt < now ? input.seenAt : now
    const bulkChange = new BulkChange(signedIn(viewer).user, ids.length, now, seenAt)
    Object.assign(bulkChange, deed, { filter: input.filter ? { ...input.filter } : null })
    await beginBulkChange(em, bulkChange, ids)
    return { bulkChange }
  }
}

type Deed = Partial<BulkChange>

/** What is to be done; refuses where that is nothing. */
async function deedOf(context: Context, input: ChangeTicketsInput): Promise<Deed> {
  const { status, priority, assignee, category } = input
  if (status === TicketStatus.NEW) throw new Refusal('INVALID_STATUS', 'status')
  const deed: Deed = {
    ...(status && { status }),
    ...(priority && { priority }),
    ...(assignee !== undefined && { setsAssignee: true, assignee: await assigneeOf(context, assignee) }),
    ...(category !== undefined && { setsCategory: true, category: await categoryOf(context, category) }),
    ...tagsOf('addTags', input.addTags),
    ...tagsOf('removeTags', input.removeTags),
  }
  if (Object.keys(deed).length === 0) throw new Refusal('NO_CHANGE', 'status')
  return deed
}

function tagsOf(name: 'addTags' | 'removeTags', wanted: readonly string[] | null | undefined): Deed {
  const tags = cleanTags(wanted ?? [], name)
  return tags.length > 0 ? { [name]: tags } : {}
}
