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
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { batched } from '../graph/batched.ts'
import { condition } from '../graph/condition.ts'
import { COUNT_LIMIT, inOrder } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { countUpTo, entityOf, idList, read } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { idOf } from '../people/person.ts'
import { signedIn } from '../people/viewer.ts'
import { Ticket } from '../tickets/ticket.ts'
import { listed } from '../tickets/ticket-counts.ts'
import { sortKey, TicketFilter, TicketOrder } from '../tickets/ticket-filter.ts'
import { SavedView } from './saved-view.ts'
import { queryOf } from './view-query.ts'

/** More would not fit beside the queue. */
const MOST_VIEWS = 30

@InputType({ description: 'A view to be saved; one of the same name is replaced.' })
class SaveViewInput {
  @Line(60)
  @Field(() => String, { description: 'What it is called, at most 60 characters.' })
  name!: string

  @Field(() => TicketFilter, { nullable: true, description: 'Which tickets.' }) filter?: TicketFilter | null
  @Field(() => TicketOrder, { nullable: true, description: 'In which order.' }) orderBy?: TicketOrder | null
  @Field(() => Boolean, { nullable: true, description: 'Whether all of the team see it.' }) isShared?: boolean | null
  @Field(() => String, { nullable: true, description: 'Makes a repetition of the same call harmless.' })
  idempotencyKey?: string | null
}
@InputType({ description: 'Which view.' })
class RemoveViewInput {
  @Field(() => ID, { description: 'One of the viewer’s own.' }) view!: string
  @Field(() => String, { nullable: true, description: 'Makes a repetition of the same call harmless.' })
  idempotencyKey?: string | null
}
@ObjectType({ description: 'The view as it is saved.' })
class SaveViewPayload extends Payload {
  @Field(() => SavedView, { nullable: true, description: 'The view.' }) view?: SavedView | null
}
@ObjectType({ description: 'The view is gone.' })
class RemoveViewPayload extends Payload {}

const counts = batched(async (context: Context, ids): Promise<Map<string, number>> => {
  const views = await read(context.em, SavedView, { where: condition('t.id = any(?::uuid[])', idList(ids)) })
  const found = await countUpTo(
    context.em,
    Ticket,
    COUNT_LIMIT,
    views.map(({ filter, orderBy }) => ({
      ...listed(context, revived(filter)),
      orderBy: inOrder(sortKey(orderBy ?? TicketOrder.UPDATED_AT_DESC, context.viewer)),
    })),
  )
  return new Map(views.map(({ id }, at) => [id, found[at] ?? 0]))
})

@Resolver(() => SavedView)
export class SavedViewResolver {
  @Authorized('staff')
  @Query(() => [SavedView], { description: "The viewer's own views and those shared with the team, by name." })
  savedViews(@Ctx() { em, viewer }: Context): Promise<SavedView[]> {
    const { id } = signedIn(viewer)
    const where = condition('(t.is_shared or t.owner_id = ?)', id)
    return read(em, SavedView, { where, orderBy: 't.name, t.id', limit: MOST_VIEWS })
  }

  @Authorized('staff')
  @Mutation(() => SaveViewPayload, { description: 'Saves a filter and an order of the queue under a name.' })
  async saveView(
    @Arg('input', () => SaveViewInput) { name, filter, orderBy, isShared }: SaveViewInput,
    @Ctx() context: Context,
  ): Promise<SaveViewPayload> {
    const { em, viewer, now } = context
    listed(context, filter ?? null) // refuses what no list could show
    const owner = entityOf(em, signedIn(viewer))
    const known = await em.findOne(SavedView, { owner, name })
    if (!known && (await em.count(SavedView, { owner })) >= MOST_VIEWS)
      throw new Refusal('TOO_MANY_VIEWS', 'name', { max: MOST_VIEWS })
    const view = known ?? new SavedView(owner, name, now)
    Object.assign(view, { filter: { ...filter }, orderBy: orderBy ?? null, isShared: Boolean(isShared) })
    em.persist(view)
    await em.flush()
    return { view }
  }

  @Authorized('staff')
  @Mutation(() => RemoveViewPayload, { description: "Removes one of the viewer's own views." })
  async removeView(
    @Arg('input', () => RemoveViewInput) { view: id }: RemoveViewInput,
    @Ctx() { em, viewer }: Context,
  ): Promise<RemoveViewPayload> {
    const view = await em.findOne(SavedView, { id: idOf(id, 'SavedView'), owner: signedIn(viewer).id })
    if (!view) throw new Refusal('NOT_FOUND')
    em.remove(view)
    return {}
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer saved it.' })
  isMine(@Root() { owner }: SavedView, @Ctx() { viewer }: Context): boolean {
    return owner.id === viewer.user?.id
  }

  @FieldResolver(() => String, { description: 'What stands behind /agent? for it.' })
  query(@Root() view: SavedView): string {
    return queryOf(view)
  }

  @FieldResolver(() => Int, { description: 'How many tickets it holds: exact to 1,000, 1,001 means more.' })
  async count(@Root() view: SavedView, @Ctx() context: Context): Promise<number> {
    return (await counts(context, view.id)) ?? 0
  }
}

/** What was saved as JSON: dates are texts there. */
function revived(filter: TicketFilter): TicketFilter {
  const date = (value: Date | null | undefined) => (value ? new Date(value) : null)
  const { createdSince, createdBefore, updatedSince, updatedBefore } = filter
  return {
    ...filter,
    createdSince: date(createdSince),
    createdBefore: date(createdBefore),
    updatedSince: date(updatedSince),
    updatedBefore: date(updatedBefore),
  }
}
