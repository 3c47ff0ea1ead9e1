import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { confirmPassword } from './confirm-password.ts'
import { limitLinkMails } from './link-limits.ts'
import { issueLink } from './links.ts'
import { LinkKind } from './one-time-link.ts'
import { User } from './user.ts'
import { accountOwner } from './viewer.ts'

@InputType({ description: 'What `changeAddress` takes.' })
class ChangeAddressInput {
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
    const { em, viewer } = context
    const user = accountOwner(viewer)
    if (email === user.email) throw new Refusal('SAME_ADDRESS', 'email')
    await limitLinkMails(context, email)
    await confirmPassword(em, user, currentPassword)
    const owner = await em.findOne(User, { email })
    // The answer must not tell who has an account; the mail to its owner may.
    if (owner && !owner.isContact) await remind(context, owner)
    else await sendProof(context, user, email)
    return { ok: true }
  }
}

async function sendProof({ em, now, language }: Context, user: User, email: string): Promise<void> {
  const link = await issueLink(em, LinkKind.ADDRESS, user, now, { email })
  await enqueueMail(
    em,
    'address-confirm',
    { address: email, language: user.language ?? language },
    { user: user.id, link: link.id },
    now,
  )
}

async function remind({ em, now }: Context, owner: User): Promise<void> {
  if (!owner.disabledAt) await enqueueMail(em, 'already-registered', owner, {}, now)
}
