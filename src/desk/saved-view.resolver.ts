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
import { condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { read } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { entityOf } from '../graph/things.ts'
import { idOf } from '../people/person.ts'
import { signedIn } from '../people/viewer.ts'
import { listed } from '../tickets/ticket-counts.ts'
import { TicketFilter, TicketOrder } from '../tickets/ticket-filter.ts'
import { MOST_COLUMNS, QueueColumn } from './queue-column.ts'
import { SavedView } from './saved-view.ts'
import { countOfView } from './view-count.ts'
import { queryOf } from './view-query.ts'

/** More would not fit beside the queue. */
const MOST_VIEWS = 30

@InputType({ description: 'A view to be saved; one of the same name is replaced.' })
class SaveViewInput extends Repeatable {
  @Line(60)
  @Field(() => String, { description: 'What it is called, at most 60 characters.' })
  name!: string

  @Field(() => TicketFilter, { nullable: true, description: 'The tickets that it shows; null = all.' })
  filter?: TicketFilter | null
  @Field(() => TicketOrder, { nullable: true, description: 'The order that it shows them in.' })
  orderBy?: TicketOrder | null
  @Field(() => [QueueColumn], { nullable: true, description: 'What its list shows, in this order; six at most.' })
  columns?: QueueColumn[] | null

  @Field(() => Boolean, { nullable: true, description: 'Whether all of the team see it.' }) isShared?: boolean | null
}
@InputType({ description: 'What is to be changed of a view; what is left out stays as it is.' })
class ChangeViewInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of one of the viewer’s own.' }) view!: string

  @Line(60)
  @Field(() => String, { nullable: true, description: 'What it is called from now on.' })
  name?: string | null

  @Field(() => TicketFilter, { nullable: true, description: 'The tickets that it shows; null = all.' })
  filter?: TicketFilter | null
  @Field(() => TicketOrder, { nullable: true, description: 'The order that it shows them in.' })
  orderBy?: TicketOrder | null
  @Field(() => [QueueColumn], { nullable: true, description: 'What its list shows, in this order; six at most.' })
  columns?: QueueColumn[] | null

  @Field(() => Boolean, { nullable: true, description: 'Whether all of the team see it.' }) isShared?: boolean | null
}
@InputType({ description: 'The view that goes.' })
class RemoveViewInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of one of the viewer’s own.' }) view!: string
}
@ObjectType({ description: 'The view as it is saved.' })
class SaveViewPayload extends Payload {
  @Field(() => SavedView, { nullable: true, description: 'The view.' }) view?: SavedView | null
}
@ObjectType({ description: 'The view is gone.' })
class RemoveViewPayload extends Payload {}

@Resolver(() => SavedView)
export class SavedViewResolver {
  @Authorized('staff')
  @Query(() => [SavedView], { description: "The viewer's own views and those shared with the team, by name." })
  savedViews(@Ctx() { em, viewer }: Context): Promise<SavedView[]> {
    const { id } = signedIn(viewer)
    const where = condition('(t.is_shared or t.owner_id = ?)', id)
    return read(em, SavedView, { where, orderBy: 't.name, t.id', limit: MOST_VIEWS, isPrepared: true })
  }

  @Authorized('staff')
  @Mutation(() => SaveViewPayload, { description: 'Saves a filter, an order and columns of the queue under a name.' })
  async saveView(
    @Arg('input', () => SaveViewInput) { name, ...kept }: SaveViewInput,
    @Ctx() context: Context,
  ): Promise<SaveViewPayload> {
    const { em, viewer, now } = context
    const owner = entityOf(em, signedIn(viewer))
    const known = await em.findOne(SavedView, { owner, name })
    if (!known && (await em.count(SavedView, { owner })) >= MOST_VIEWS)
      throw new Refusal('TOO_MANY_VIEWS', 'name', { max: MOST_VIEWS })
    const view = known ?? new SavedView(owner, name, now)
    keep(context, view, { filter: {}, orderBy: null, columns: [], isShared: false, ...given(kept) })
    em.persist(view)
    await em.flush()
    return { view }
  }

  @Authorized('staff')
  @Mutation(() => SaveViewPayload, { description: "Changes or renames one of the viewer's own views." })
  async changeView(
    @Arg('input', () => ChangeViewInput) { view: id, name, ...kept }: ChangeViewInput,
    @Ctx() context: Context,
  ): Promise<SaveViewPayload> {
    const { em } = context
    const view = await ownView(context, id)
    const isTaken = name && name !== view.name && (await em.count(SavedView, { owner: view.owner, name })) > 0
    if (isTaken) throw new Refusal('NAME_TAKEN', 'name')
    view.name = name ?? view.name
    keep(context, view, given(kept))
    await em.flush()
    return { view }
  }

  @Authorized('staff')
  @Mutation(() => RemoveViewPayload, { description: "Removes one of the viewer's own views." })
  async removeView(
    @Arg('input', () => RemoveViewInput) { view: id }: RemoveViewInput,
    @Ctx() context: Context,
  ): Promise<RemoveViewPayload> {
    context.em.remove(await ownView(context, id))
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
  count(@Root() view: SavedView, @Ctx() context: Context): Promise<number> {
    return countOfView(context, view)
  }
}

type Kept = Partial<Pick<SavedView, 'filter' | 'orderBy' | 'columns' | 'isShared'>>

/** What was said; null and nothing are the same. */
function given({ filter, orderBy, columns, isShared }: Omit<SaveViewInput, 'name'>): Kept {
  const said = { filter: filter && { ...filter }, orderBy, columns: columns && [...new Set(columns)], isShared }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value != null))
}

function keep(context: Context, view: SavedView, kept: Kept): void {
  listed(context, kept.filter ?? null) // refuses what no list could show
  if ((kept.columns?.length ?? 0) > MOST_COLUMNS) throw new Refusal('TOO_LONG', 'columns', { max: MOST_COLUMNS })
  Object.assign(view, kept)
}

async function ownView({ em, viewer }: Context, id: string): Promise<SavedView> {
  const view = await em.findOne(SavedView, { id: idOf(id, 'SavedView'), owner: signedIn(viewer).id })
  if (!view) throw new Refusal('NOT_FOUND')
  return view
}
