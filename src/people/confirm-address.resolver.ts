import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { joinByDomain } from './join-organization.ts'
import { openLink, revokeLinks } from './links.ts'
import { LinkKind } from './one-time-link.ts'
import { User } from './user.ts'
import { accountOwner } from './viewer.ts'

@InputType({ description: 'What `confirmAddress` takes.' })
class ConfirmAddressInput {
  @Field(() => String, { description: 'The token of the mailed link.' }) token!: string
}

@ObjectType({ description: 'What `confirmAddress` answers.' })
class ConfirmAddressPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The account with its new address.' }) user?: User
}

@Resolver()
export class ConfirmAddressResolver {
  /**
   * The link proves the address, not who follows it: a mistyped one belongs to a stranger, who with the link alone would
   * own the account and everything in it by the next password reset. So its owner is signed in as well.
   */
  @Authorized('signed-in')
  @Mutation(() => ConfirmAddressPayload, {
    description:
      "Takes over a new address for the viewer's own account, by the link mailed to it. The old one is told; reset links die.",
  })
  async confirmAddress(
    @Arg('input', () => ConfirmAddressInput) { token }: ConfirmAddressInput,
    @Ctx() { em, viewer, config, now }: Context,
  ): Promise<ConfirmAddressPayload> {
    const owner = accountOwner(viewer)
    const { user, email } = await openLink(em, token, [LinkKind.ADDRESS], config, now)
    if (user.id !== owner.id) throw new Refusal('LINK_UNKNOWN', 'token')
    if (!email || (await em.count(User, { email })) > 0) throw new Refusal('ADDRESS_TAKEN', 'token')
    await enqueueMail(em, 'address-changed', { address: user.email, language: user.language }, { user: user.id }, now)
    user.email = email
    await joinByDomain(em, user, email)
    await revokeLinks(em, user, [LinkKind.RESET, LinkKind.INVITATION, LinkKind.REGISTRATION], now)
    return { user }
  }
}
