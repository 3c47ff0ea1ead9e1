import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { sendAddressProof } from './address-proof.ts'
import { MOST_ADDRESSES } from './addresses.ts'
import { confirmPassword } from './confirm-password.ts'
import { addressesNow } from './facts.ts'
import { revokeLinks } from './links.ts'
import { lockPerson } from './lock.ts'
import { LinkKind } from './one-time-link.ts'
import { PersonAddress } from './person-address.ts'
import { User } from './user.ts'
import { accountOwner, seesDetails } from './viewer.ts'

@InputType({ description: 'Which of one’s own further addresses.' })
class RemoveAddressInput {
  @Field(() => String, { description: 'The address.' }) @EmailAddress() address!: string
}

@InputType({ description: 'What `addAddress` takes.' })
class AddAddressInput extends Repeatable {
  @Field(() => String, { description: 'The further address.' }) @EmailAddress() email!: string
  @Field(() => String, { description: 'The password of the account.' }) currentPassword!: string
}

@InputType({ description: 'What `makeAddressPrimary` takes.' })
class MakeAddressPrimaryInput extends RemoveAddressInput {
  @Field(() => String, { description: 'The password of the account.' }) currentPassword!: string
}

@ObjectType({ description: 'What `addAddress` answers.' })
class AddAddressPayload extends Payload {
  @Field(() => Boolean, { nullable: true, description: 'True, whether or not somebody has that address.' }) ok?: boolean
}
@ObjectType({ description: 'The account as it is now.' })
class RemoveAddressPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The account.' }) user?: User
}
@ObjectType({ description: 'The account as it is now.' })
class MakeAddressPrimaryPayload extends RemoveAddressPayload {}

@Resolver(() => User)
export class AddressesResolver {
  @Authorized('signed-in')
  @Mutation(() => AddAddressPayload, {
    description:
      'Mails a link to a further address, which proves it; from then on one logs in and writes with it, too.',
  })
  async addAddress(
    @Arg('input', () => AddAddressInput) { email, currentPassword }: AddAddressInput,
    @Ctx() context: Context,
  ): Promise<AddAddressPayload> {
    const user = accountOwner(context.viewer)
    const known = await addressesNow(context, user)
    if (email === user.email || known.includes(email)) throw new Refusal('SAME_ADDRESS', 'email')
    if (known.length >= MOST_ADDRESSES) throw new Refusal('TOO_MANY_ADDRESSES', 'email', { max: MOST_ADDRESSES })
    await sendAddressProof(context, user, LinkKind.MORE_ADDRESS, email, currentPassword)
    return { ok: true }
  }

  @Authorized('signed-in')
  @Mutation(() => RemoveAddressPayload, { description: 'Gives up a further address; the main one is told.' })
  async removeAddress(
    @Arg('input', () => RemoveAddressInput) { address }: RemoveAddressInput,
    @Ctx() context: Context,
  ): Promise<RemoveAddressPayload> {
    const { em, now } = context
    const user = accountOwner(context.viewer)
    await lockPerson(em, user)
    em.remove(await ownAddress(context, user, address))
    await revokeLinks(em, user, [LinkKind.RESET], now)
    await enqueueMail(em, 'addresses-changed', user, {}, now)
    return { user }
  }

  @Authorized('signed-in')
  @Mutation(() => MakeAddressPrimaryPayload, {
    description:
      'Has mails go to a further address from now on; the main one until now becomes a further one, and is told.',
  })
  async makeAddressPrimary(
    @Arg('input', () => MakeAddressPrimaryInput) { address, currentPassword }: MakeAddressPrimaryInput,
    @Ctx() context: Context,
  ): Promise<MakeAddressPrimaryPayload> {
    const { em, now } = context
    const user = accountOwner(context.viewer)
    await lockPerson(em, user)
    const further = await ownAddress(context, user, address)
    await confirmPassword(context, user, currentPassword)
    const until = user.email
    em.remove(further)
    await em.flush()
    em.persist(new PersonAddress(user, until, now))
    user.email = address
    await revokeLinks(em, user, [LinkKind.RESET, LinkKind.ADDRESS, LinkKind.INVITATION, LinkKind.REGISTRATION], now)
    await enqueueMail(em, 'addresses-changed', { address: until, language: user.language }, { user: user.id }, now)
    return { user }
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description: 'Further proven addresses; mails go to `email`. For the person and the team.',
  })
  async furtherAddresses(@Root() user: User, @Ctx() context: Context): Promise<string[] | null> {
    return seesDetails(context.viewer, user) ? addressesNow(context, user) : null
  }
}

async function ownAddress({ em }: Context, user: User, address: string): Promise<PersonAddress> {
  const found = await em.findOne(PersonAddress, { address, user: user.id, provenAt: { $ne: null } })
  if (!found) throw new Refusal('UNKNOWN_ADDRESS', 'address')
  return found
}
