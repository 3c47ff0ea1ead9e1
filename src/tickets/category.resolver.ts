import { Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { registerNode } from '../graph/nodes.ts'
import { Category, categories } from './category.ts'

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
}
