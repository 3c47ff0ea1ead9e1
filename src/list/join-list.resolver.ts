import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { lockPerson } from '../people/lock.ts'
import { accountOwner } from '../people/viewer.ts'
import { join } from './join.ts'
import { Door, Membership } from './membership.ts'
import { hasLeft } from './stays.ts'

@InputType({ description: 'What `joinList` takes.' })
class JoinListInput extends Repeatable {}

@ObjectType({ description: 'What `joinList` answers.' })
class JoinListPayload extends Payload {
  @Field(() => Membership, { nullable: true, description: 'The stay on the list.' }) membership?: Membership
}

@Resolver()
export class JoinListResolver {
  @Authorized('signed-in')
  @Mutation(() => JoinListPayload, {
    description:
      'Joins the support list, for somebody signed in who never was on it. Their address is proven, so it counts at once.',
  })
  async joinList(
    @Arg('input', () => JoinListInput) _input: JoinListInput,
    @Ctx() { em, viewer, now }: Context,
  ): Promise<JoinListPayload> {
    const user = accountOwner(viewer)
    if (user.isTeam) throw new Refusal('FORBIDDEN')
    await lockPerson(em, user)
    if (await hasLeft(em, user)) throw new Refusal('LEFT_LIST')
    return { membership: await join(em, user, Door.NO_ACCESS_PAGE, now) }
  }
}
