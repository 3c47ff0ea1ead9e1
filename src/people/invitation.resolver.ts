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
import { invite } from '../list/join.ts'
import { currentStay } from '../list/stays.ts'
import { lastInvitation } from './facts.ts'
import { LinkState } from './link-state.ts'
import { linkState } from './links.ts'
import { lockPerson } from './lock.ts'
import { personById } from './person.ts'
import { User } from './user.ts'
import { isStaff, type Viewer } from './viewer.ts'

@ObjectType({ description: 'The mail with a link to set the first password.' })
class Invitation {
  @Field(() => Date, { description: 'When it was sent.' }) sentAt!: Date
  @Field(() => Date, { description: 'Until when its link works.' }) expiresAt!: Date
  @Field(() => Date, { nullable: true, description: 'When it was followed.' }) usedAt!: Date | null
  @Field(() => LinkState, { description: 'Whether its link still opens something.' }) state!: LinkState
}

@InputType({ description: 'What `resendInvitation` takes.' })
class ResendInvitationInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of whom it goes to.' }) user!: string
}

@ObjectType({ description: 'What `resendInvitation` answers.' })
class ResendInvitationPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
}

/** Why no invitation can be sent; null = it can. Whoever has a password needs none. */
function whyNotInvite(viewer: Viewer, user: User): Refusal | null {
  if (!isStaff(viewer)) return new Refusal('FORBIDDEN')
  if (user.disabledAt) return new Refusal('ACCOUNT_DISABLED', 'user')
  return user.isContact ? null : new Refusal('ALREADY_CONFIRMED', 'user')
}

@Resolver(() => User)
export class InvitationResolver {
  @Authorized('staff')
  @Mutation(() => ResendInvitationPayload, {
    description: 'Sends the invitation again. The link of the one before is dead.',
  })
  async resendInvitation(
    @Arg('input', () => ResendInvitationInput) input: ResendInvitationInput,
    @Ctx() { em, viewer, config, now }: Context,
  ): Promise<ResendInvitationPayload> {
    const user = await personById(em, input.user)
    await lockPerson(em, user)
    const refusal = whyNotInvite(viewer, user)
    if (refusal) throw refusal
    const wish = await currentStay(em, user)
    await invite(em, user, config, now, { joinsList: wish?.isPending ?? false })
    return { user }
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may send them an invitation now.' })
  mayResendInvitation(@Root() user: User, @Ctx() { viewer }: Context): boolean {
    return whyNotInvite(viewer, user) === null
  }

  @FieldResolver(() => Invitation, { nullable: true, description: 'The invitation sent last. For the team.' })
  async invitation(@Root() user: User, @Ctx() { em, viewer, now }: Context): Promise<Invitation | null> {
    const link = isStaff(viewer) ? await lastInvitation(em, user) : null
    if (!link) return null
    const { createdAt: sentAt, expiresAt, usedAt } = link
    return { sentAt, expiresAt, usedAt, state: LinkState[linkState(link, now)] }
  }
}
