import { Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { User } from '../people/user.ts'
import { isStaff } from '../people/viewer.ts'
import { Category, categories } from './category.ts'
import { TicketPriority } from './vocabulary.ts'

registerNode('Category', ({ em }, id) => em.findOne(Category, { id }))

@Resolver(() => Category)
export class CategoryResolver {
  @Authorized('page')
  @Query(() => [Category], { description: 'What a request can be about.' })
  categories(@Ctx() { em }: Context): Promise<Category[]> {
    return categories(em)
  }

  @FieldResolver(() => String, { description: "Its name in the viewer's language." })
  name(@Root() category: Category, @Ctx() { language }: Context): string {
    return language === 'de' ? category.nameDe : category.nameEn
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "What the form says beside it, in the viewer's language.",
  })
  hint(@Root() { hintDe, hintEn }: Category, @Ctx() { language }: Context): string | null {
    return language === 'de' ? hintDe : hintEn
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who works what is new about it. For the team.' })
  assignee(@Root() category: Category, @Ctx() { em, viewer }: Context): Promise<User | null> | null {
    return isStaff(viewer) ? loaded(em, category.assignee) : null
  }

  @FieldResolver(() => TicketPriority, {
    nullable: true,
    description: 'How pressing what is new about it is; null = normal. For the team.',
  })
  priority(@Root() category: Category, @Ctx() { viewer }: Context): TicketPriority | null {
    return isStaff(viewer) ? category.priority : null
  }

  @FieldResolver(() => Boolean, { description: 'Whether it can no longer be chosen.' })
  isArchived(@Root() { archivedAt }: Category): boolean {
    return archivedAt !== null
  }
}
