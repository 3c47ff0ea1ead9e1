import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress, OneOf } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { languages } from '../i18n/language.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { ownerOfAddress } from './addresses.ts'
import { limitLinkMails } from './link-limits.ts'
import { issueLink } from './links.ts'
import { LinkKind } from './one-time-link.ts'
import { sendResetLink } from './reset-link.ts'
import { User } from './user.ts'

@InputType({ description: 'What `forgotPassword` takes.' })
class ForgotPasswordInput {
  @Field(() => String, { description: 'The address of the account.' }) @EmailAddress() email!: string

  @Field(() => String, {
    nullable: true,
    description: 'Language of the page, `en` or `de`; the mail comes in the language of the account.',
  })
  @OneOf(languages, { optional: true })
  locale?: string | null

  @Field(() => String, { nullable: true, description: 'Makes a repetition of the same call harmless.' })
  idempotencyKey?: string | null
}

@ObjectType({ description: 'What `forgotPassword` answers.' })
class ForgotPasswordPayload extends Payload {
  @Field(() => Boolean, { nullable: true, description: 'True, whoever the address belongs to.' }) ok?: boolean
}

@Resolver()
export class ForgotPasswordResolver {
  @Mutation(() => ForgotPasswordPayload, {
    description: 'Mails a link that sets a new password. The answer is the same for every address.',
  })
  async forgotPassword(
    @Arg('input', () => ForgotPasswordInput) { email }: ForgotPasswordInput,
    @Ctx() context: Context,
  ): Promise<ForgotPasswordPayload> {
    const { em } = context
    await limitLinkMails(context, email)
    const user = await ownerOfAddress(em, email)
    if (user && !user.disabledAt) await sendPasswordLink(context, user, email)
    return { ok: true }
  }
}

/** To a contact, who has no password to forget, the link that completes the account; it joins nothing (product §5). */
async function sendPasswordLink({ em, config, now }: Context, user: User, email: string): Promise<void> {
  if (!user.isContact) return sendResetLink(em, user, config, now, email)
  const link = await issueLink(em, LinkKind.REGISTRATION, user, config, now)
  await enqueueMail(em, 'registration', user, { link: link.id }, now)
}
