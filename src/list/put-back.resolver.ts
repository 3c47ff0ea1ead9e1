import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { personById } from '../people/person.ts'
import { User } from '../people/user.ts'
import { isStaff } from '../people/viewer.ts'
import { Membership } from './membership.ts'
import { putBack, whyNotPutBack } from './put-back.ts'
import { lastStay } from './stays.ts'

@InputType({ description: 'What `putBackOnList` takes.' })
class PutBackOnListInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of whom.' }) user!: string
}

@ObjectType({ description: 'What `putBackOnList` answers.' })
class PutBackOnListPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
  @Field(() => Membership, { nullable: true, description: 'Their new stay on the list.' }) membership?: Membership
}

@Resolver(() => User)
export class PutBackResolver {
  @Authorized('sales')
  @Mutation(() => PutBackOnListPayload, {
    description: 'Puts somebody on the support list, also whoever left it. For sales and admins.',
  })
  async putBackOnList(
    @Arg('input', () => PutBackOnListInput) input: PutBackOnListInput,
    @Ctx() context: Context,
  ): Promise<PutBackOnListPayload> {
    const { em, viewer, config, now } = context
    const user = await personById(em, input.user)
    const membership = await putBack(em, viewer, user, config, now)
    recordAct(context, AdminEventType.PUT_BACK, { subject: user })
    return { user, membership }
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may put them on the support list now.' })
  async mayPutBackOnList(@Root() user: User, @Ctx() { em, viewer }: Context): Promise<boolean> {
    return isStaff(viewer) && whyNotPutBack(viewer, user, await lastStay(em, user)) === null
  }
}
