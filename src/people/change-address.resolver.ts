import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { sendAddressProof } from './address-proof.ts'
import { LinkKind } from './one-time-link.ts'
import { accountOwner } from './viewer.ts'

@InputType({ description: 'What `changeAddress` takes.' })
class ChangeAddressInput extends Repeatable {
  @Field(() => String, { description: 'The new address.' }) @EmailAddress() email!: string
  @Field(() => String, { description: 'The password of the account.' }) currentPassword!: string
}

@ObjectType({ description: 'What `changeAddress` answers.' })
class ChangeAddressPayload extends Payload {
  @Field(() => Boolean, { nullable: true, description: 'True, whether or not somebody has that address.' }) ok?: boolean
}

@Resolver()
export class ChangeAddressResolver {
  @Authorized('signed-in')
  @Mutation(() => ChangeAddressPayload, {
    description: 'Mails a link to a new address, which proves it; until it is followed nothing changes.',
  })
  async changeAddress(
    @Arg('input', () => ChangeAddressInput) { email, currentPassword }: ChangeAddressInput,
    @Ctx() context: Context,
  ): Promise<ChangeAddressPayload> {
    const user = accountOwner(context.viewer)
    if (email === user.email) throw new Refusal('SAME_ADDRESS', 'email')
    await sendAddressProof(context, user, LinkKind.ADDRESS, email, currentPassword)
    return { ok: true }
  }
}
