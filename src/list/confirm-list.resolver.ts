import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { openLink } from '../people/links.ts'
import { LinkKind } from '../people/one-time-link.ts'
import { join } from './join.ts'
import { Membership } from './membership.ts'
import { currentStay } from './stays.ts'

@InputType({ description: 'What `confirmList` takes.' })
class ConfirmListInput {
  @Field(() => String, { description: 'The token of the mailed link.' }) token!: string
}

@ObjectType({ description: 'What `confirmList` answers.' })
class ConfirmListPayload extends Payload {
  @Field(() => Membership, { nullable: true, description: 'The stay that has begun.' }) membership?: Membership
}

@Resolver()
export class ConfirmListResolver {
  @Mutation(() => ConfirmListPayload, {
    description: 'Confirms the wish to be on the support list, by the mailed link.',
  })
  async confirmList(
    @Arg('input', () => ConfirmListInput) { token }: ConfirmListInput,
    @Ctx() { em, config, now }: Context,
  ): Promise<ConfirmListPayload> {
    const { user } = await openLink(em, token, [LinkKind.CONFIRM], config, now)
    const wished = await currentStay(em, user)
    // Leaving ends the wish together with its link, so this is a link from before.
    if (!wished) throw new Refusal('LINK_EXPIRED', 'token')
    return { membership: await join(em, user, wished.requestedBy, now) }
  }
}
