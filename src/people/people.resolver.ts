import { Arg, Args, Authorized, Ctx, Query, Resolver } from 'type-graphql'
import { allOf, anything, condition } from '../graph/condition.ts'
import { type Connection, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { byName, UserConnection } from './connections.ts'
import { peopleMatching, searchOf } from './search.ts'
import { User } from './user.ts'

@Resolver()
export class PeopleResolver {
  @Authorized('staff')
  @Query(() => UserConnection, { description: 'Everybody who is known, by name. For the team.' })
  people(
    @Arg('search', () => String, {
      nullable: true,
      description: 'Beginnings of words of name, address or organization.',
    })
    search: string | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em }: Context,
  ): Promise<Connection<User>> {
    const words = searchOf(search)
    const where = allOf(words === '' ? anything : peopleMatching(words), condition('t.merged_into_id is null'))
    return keysetPage(em, page, { type: User, where, order: byName, fingerprint: words, brings: ['organization'] })
  }
}
