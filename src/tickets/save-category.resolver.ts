import type { EntityManager } from '@mikro-orm/postgresql'
import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { idOf } from '../people/person.ts'
import { Category } from './category.ts'
import { assigneeOf } from './choices.ts'
import { TicketPriority } from './vocabulary.ts'

/** A name has to fit into a select on a phone, a hint into two lines below it. */
const NAME_LENGTH = 60
const HINT_LENGTH = 200
const LAST_PLACE = 9999

@InputType({ description: 'What `saveCategory` takes; what is left out is none from now on.' })
class SaveCategoryInput extends Repeatable {
  @Field(() => ID, { nullable: true, description: 'Global id of the one to change; without it a new one is added.' })
  category?: string | null
  @Field(() => String, { description: 'Its English name.' }) @Line(NAME_LENGTH) nameEn!: string
  @Field(() => String, { description: 'Its German name.' }) @Line(NAME_LENGTH) nameDe!: string
  @Field(() => String, { nullable: true, description: 'What the English form says beside it.' })
  @Line(HINT_LENGTH, { optional: true })
  hintEn?: string | null
  @Field(() => String, { nullable: true, description: 'What the German form says beside it.' })
  @Line(HINT_LENGTH, { optional: true })
  hintDe?: string | null
  @Field(() => ID, { nullable: true, description: 'Global id of the agent or admin who works what is new about it.' })
  assignee?: string | null
  @Field(() => TicketPriority, { nullable: true, description: 'How pressing what is new about it is; else normal.' })
  priority?: TicketPriority | null
  @Field(() => Int, {
    nullable: true,
    description: 'Its place among the others, from 1; unless told, as it is, or last.',
  })
  position?: number | null
}

@InputType({ description: 'What `archiveCategory` takes.' })
class ArchiveCategoryInput {
  @Field(() => ID, { description: 'Global id of the category.' }) category!: string
  @Field(() => Boolean, { description: 'False = it can be chosen again.' }) archived!: boolean
}

@ObjectType({ description: 'What `saveCategory` answers.' })
class SaveCategoryPayload extends Payload {
  @Field(() => Category, { nullable: true, description: 'The category.' }) category?: Category
}

@ObjectType({ description: 'What `archiveCategory` answers.' })
class ArchiveCategoryPayload extends Payload {
  @Field(() => Category, { nullable: true, description: 'The category.' }) category?: Category
}

@Resolver()
export class SaveCategoryResolver {
  @Authorized('admin')
  @Mutation(() => SaveCategoryPayload, {
    description: 'Adds or changes what a request can be about, and what new tickets about it begin with. For admins.',
  })
  async saveCategory(
    @Arg('input', () => SaveCategoryInput) input: SaveCategoryInput,
    @Ctx() context: Context,
  ): Promise<SaveCategoryPayload> {
    const { em } = context
    const { nameEn, nameDe, hintEn = null, hintDe = null, priority = null } = input
    if (input.position != null && (input.position < 1 || input.position > LAST_PLACE))
      throw new Refusal('INVALID_CHOICE', 'position')
    const known = input.category ? await categoryById(em, input.category) : null
    await refuseTaken(em, 'nameEn', nameEn, known)
    await refuseTaken(em, 'nameDe', nameDe, known)
    const position = input.position ?? known?.position ?? (await lastPlace(em)) + 1
    const assignee = await assigneeOf(context, input.assignee ?? null)
    const category = known ?? new Category(nameEn, nameDe, position)
    recordAct(context, AdminEventType.CATEGORY_SAVED, renamed(known?.nameEn, nameEn))
    em.persist(Object.assign(category, { nameEn, nameDe, hintEn, hintDe, priority, position, assignee }))
    return { category }
  }

  @Authorized('admin')
  @Mutation(() => ArchiveCategoryPayload, {
    description: 'Takes a category out of those that can be chosen, or back in; tickets about it keep it. For admins.',
  })
  async archiveCategory(
    @Arg('input', () => ArchiveCategoryInput) input: ArchiveCategoryInput,
    @Ctx() context: Context,
  ): Promise<ArchiveCategoryPayload> {
    const category = await categoryById(context.em, input.category)
    if (input.archived === (category.archivedAt !== null)) return { category }
    category.archivedAt = input.archived ? context.now : null
    const type = input.archived ? AdminEventType.CATEGORY_ARCHIVED : AdminEventType.CATEGORY_RESTORED
    recordAct(context, type, { about: category.nameEn })
    return { category }
  }
}

const renamed = (from: string | undefined, to: string) => ({
  about: to,
  ...(from !== undefined && from !== to && { from, to }),
})

async function categoryById(em: EntityManager, globalId: string): Promise<Category> {
  const found = await em.findOne(Category, idOf(globalId, 'Category'))
  if (!found) throw new Refusal('NOT_FOUND')
  return found
}

/** Two categories of one name could not be told apart, an archived one in old tickets included. */
async function refuseTaken(
  em: EntityManager,
  field: 'nameEn' | 'nameDe',
  name: string,
  own: Category | null,
): Promise<void> {
  if (await em.count(Category, { [field]: name, ...(own && { id: { $ne: own.id } }) }))
    throw new Refusal('NAME_TAKEN', field)
}

async function lastPlace(em: EntityManager): Promise<number> {
  const last = await em.findOne(Category, { archivedAt: null }, { orderBy: { position: 'desc' } })
  return last?.position ?? 0
}
