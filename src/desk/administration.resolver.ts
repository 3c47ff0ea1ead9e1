import { QueryOrder } from '@mikro-orm/core'
import { Authorized, Ctx, FieldResolver, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Role, User } from '../people/user.ts'
import { Category } from '../tickets/category.ts'
import { placeholders } from './fill-placeholders.ts'

@ObjectType({ description: 'What admins look after.' })
export class Administration {}

@Resolver(() => Administration)
export class AdministrationResolver {
  @Authorized('admin')
  @Query(() => Administration, { description: 'What admins look after. For admins.' })
  administration(): Administration {
    return new Administration()
  }

  @FieldResolver(() => [User], { description: 'Everybody of the team by name, disabled accounts too.' })
  staff(@Ctx() { em }: Context): Promise<User[]> {
    return em.find(User, { role: { $ne: Role.CUSTOMER } }, { orderBy: { name: 'asc', id: 'asc' }, limit: 500 })
  }

  @FieldResolver(() => [Category], { description: 'All categories in their order, archived ones last.' })
  categories(@Ctx() { em }: Context): Promise<Category[]> {
    return em.find(
      Category,
      {},
      {
        orderBy: [{ archivedAt: QueryOrder.ASC_NULLS_FIRST }, { position: 'asc', id: 'asc' }],
        limit: 500,
        populate: ['assignee'],
      },
    )
  }

  @FieldResolver(() => [String], { description: 'What canned texts can speak of: `customer` is written {{customer}}.' })
  placeholders(): readonly string[] {
    return placeholders
  }
}
