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
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { personById } from './person.ts'
import { sendResetLink } from './reset-link.ts'
import { User } from './user.ts'
import { isStaff, type Viewer } from './viewer.ts'

@InputType({ description: 'What `sendResetLink` takes.' })
class SendResetLinkInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of whom it goes to.' }) user!: string
}

@ObjectType({ description: 'What `sendResetLink` answers.' })
class SendResetLinkPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
}

/** Why no reset link can be sent; null = it can. A contact has no password yet: they get an invitation. */
function whyNotReset(viewer: Viewer, user: User): Refusal | null {
  if (!isStaff(viewer)) return new Refusal('FORBIDDEN')
  if (user.disabledAt) return new Refusal('ACCOUNT_DISABLED', 'user')
  return user.isContact ? new Refusal('NOT_CONFIRMED', 'user') : null
}

@Resolver(() => User)
export class ResetLinkResolver {
  @Authorized('staff')
  @Mutation(() => SendResetLinkPayload, { description: 'Mails somebody a link that sets a new password.' })
  async sendResetLink(
    @Arg('input', () => SendResetLinkInput) input: SendResetLinkInput,
    @Ctx() { em, viewer, config, now }: Context,
  ): Promise<SendResetLinkPayload> {
    const user = await personById(em, input.user)
    const refusal = whyNotReset(viewer, user)
    if (refusal) throw refusal
    await sendResetLink(em, user, config, now)
    return { user }
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may send them a reset link now.' })
  maySendResetLink(@Root() user: User, @Ctx() { viewer }: Context): boolean {
    return whyNotReset(viewer, user) === null
  }
}
