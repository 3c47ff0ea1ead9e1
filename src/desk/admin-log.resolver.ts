import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import { anything, condition } from '../graph/condition.ts'
import { type Connection, connectionOf, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { Scope } from '../integrations/api-token.ts'
import { AdminEvent } from '../people/admin-event.ts'
import { idOf } from '../people/person.ts'
import { User } from '../people/user.ts'
import { isAdmin } from '../people/viewer.ts'
import { scopeHolds } from '../tickets/may.ts'

const AdminEventConnection = connectionOf('AdminEvent', AdminEvent)
const newestFirst = {
  name: 'happened',
  columns: ['created_at', 'id'],
  properties: ['createdAt', 'id'],
  descending: true,
}

@Resolver(() => AdminEvent)
export class AdminLogResolver {
  @Authorized('admin')
  @Query(() => AdminEventConnection, { description: 'The admin log, newest first. For admins.' })
  adminLog(
    @Arg('person', () => ID, {
      nullable: true,
      description: 'Only what this person did, or what was done to them; their global id.',
    })
    person: string | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em }: Context,
  ): Promise<Connection<AdminEvent>> {
    const id = person ? idOf(person, 'User') : null
    return keysetPage(em, page, {
      type: AdminEvent,
      where: anything,
      ...(id && {
        ways: [
          condition('t.actor_id = ?', id),
          condition('t.subject_id = ? and t.actor_id is distinct from ?', id, id),
        ],
      }),
      order: newestFirst,
      fingerprint: id ?? '',
      brings: ['actor', 'subject'],
    })
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: "Who did it; null = nobody who is known, such as the operator's command line.",
  })
  actor(@Root() event: AdminEvent, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, event.actor)
  }

  @FieldResolver(() => User, { nullable: true, description: 'Whom it happened to.' })
  subject(@Root() event: AdminEvent, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, event.subject)
  }
}

registerNode('AdminEvent', async ({ em, viewer }, id) => {
  const maySee = isAdmin(viewer) && scopeHolds(viewer, Scope.ADMIN) // as with the list
  return maySee ? em.findOne(AdminEvent, id) : null
})
