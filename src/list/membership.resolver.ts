import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { User } from '../people/user.ts'
import { isStaff, seesDetails } from '../people/viewer.ts'
import { Membership } from './membership.ts'
import { allStays, lastStay } from './stays.ts'

@Resolver(() => User)
export class UserMembershipResolver {
  @FieldResolver(() => Membership, {
    nullable: true,
    description: 'The current or else the last stay on the support list. For the person and the team.',
  })
  async membership(@Root() user: User, @Ctx() { em, viewer }: Context): Promise<Membership | null> {
    return seesDetails(viewer, user) ? lastStay(em, user) : null
  }

  @FieldResolver(() => [Membership], {
    nullable: true,
    description: 'Every stay on the support list, newest first: the record of consent. For the team.',
  })
  async memberships(@Root() user: User, @Ctx() { em, viewer }: Context): Promise<Membership[] | null> {
    return isStaff(viewer) ? allStays(em, user) : null
  }
}

@Resolver(() => Membership)
export class MembershipResolver {
  @FieldResolver(() => User, { nullable: true, description: 'Who on the team put them on the list. For the team.' })
  async putBackBy(@Root() { putBackBy }: Membership, @Ctx() { em, viewer }: Context): Promise<User | null> {
    return isStaff(viewer) ? loaded(em, putBackBy) : null
  }
}

registerNode('Membership', async ({ em, viewer }, id) => {
  const membership = await em.findOne(Membership, id, { populate: ['user'] })
  return membership && seesDetails(viewer, membership.user) ? membership : null
})
