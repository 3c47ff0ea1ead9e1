import type { EntityManager } from '@mikro-orm/postgresql'
import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { takeAddress } from './addresses.ts'
import { joinByDomain } from './join-organization.ts'
import { openLink, revokeLinks } from './links.ts'
import { LinkKind } from './one-time-link.ts'
import { PersonAddress } from './person-address.ts'
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
      "Takes a new or further address for the viewer's own account, by the link mailed to it. The old one is told; reset links die.",
  })
  async confirmAddress(
    @Arg('input', () => ConfirmAddressInput) { token }: ConfirmAddressInput,
    @Ctx() { em, viewer, config, now }: Context,
  ): Promise<ConfirmAddressPayload> {
    const owner = accountOwner(viewer)
    const { user, email, kind } = await openLink(em, token, [LinkKind.ADDRESS, LinkKind.MORE_ADDRESS], config, now)
    if (user.id !== owner.id || !email) throw new Refusal('LINK_UNKNOWN', 'token')
    await takeAddress(em, user, email, now)
    if (kind === LinkKind.MORE_ADDRESS) await addAddress(em, user, email, now)
    else await changeAddress(em, user, email, now)
    await joinByDomain(em, user, email)
    return { user }
  }
}

async function changeAddress(em: EntityManager, user: User, email: string, now: Date): Promise<void> {
  await enqueueMail(em, 'address-changed', { address: user.email, language: user.language }, { user: user.id }, now)
  await em.nativeDelete(PersonAddress, { address: email }) // it was a further one of theirs
  user.email = email
  await revokeLinks(em, user, [LinkKind.RESET, LinkKind.INVITATION, LinkKind.REGISTRATION], now)
}

async function addAddress(em: EntityManager, user: User, email: string, now: Date): Promise<void> {
  const known = await em.findOne(PersonAddress, { address: email })
  if (user.email === email || known?.provenAt) return
  if (known) known.provenAt = now
  else em.persist(new PersonAddress(user, email, now))
  await enqueueMail(em, 'addresses-changed', user, {}, now)
}
