import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress, OneOf } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { languages } from '../i18n/language.ts'
import { addJob } from '../jobs/add-job.ts'
import { limitLinkMails } from './link-limits.ts'

@InputType({ description: 'What `forgotPassword` takes.' })
class ForgotPasswordInput extends Repeatable {
  @Field(() => String, { description: 'The address of the account.' }) @EmailAddress() email!: string

  @Field(() => String, {
    nullable: true,
    description: 'Language of the page, `en` or `de`; the mail comes in the language of the account.',
  })
  @OneOf(languages, { optional: true })
  locale?: string | null
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
    await limitLinkMails(context, email)
    await addJob(context.em, 'send-password-link', { email })
    return { ok: true }
  }
}
