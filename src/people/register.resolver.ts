import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress, Line, OneOf } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { isLanguage, languages } from '../i18n/language.ts'
import { addJob } from '../jobs/add-job.ts'
import { limitLinkMails } from './link-limits.ts'
import { NAME_LENGTH } from './user.ts'

@InputType({ description: 'What `register` takes.' })
class RegisterInput extends Repeatable {
  @Field(() => String, { description: 'Full name.' }) @Line(NAME_LENGTH) name!: string
  @Field(() => String, { description: 'The address, which the mailed link proves.' }) @EmailAddress() email!: string
  @Field(() => Boolean, { nullable: true, description: 'Whether to join the support list.' }) subscribe?: boolean | null

  @Field(() => String, { nullable: true, description: 'Language of the mail, `en` or `de`.' })
  @OneOf(languages, { optional: true })
  locale?: string | null
}

@ObjectType({ description: 'What `register` answers.' })
class RegisterPayload extends Payload {
  @Field(() => Boolean, { nullable: true, description: 'True, whoever the address belongs to.' }) ok?: boolean
}

@Resolver()
export class RegisterResolver {
  @Mutation(() => RegisterPayload, {
    description: 'Registers. The answer is the same for every address; what to do next is in the mail.',
  })
  async register(
    @Arg('input', () => RegisterInput) { email, name, locale, subscribe }: RegisterInput,
    @Ctx() context: Context,
  ): Promise<RegisterPayload> {
    await limitLinkMails(context, email)
    const language = isLanguage(locale) ? locale : context.language
    await addJob(context.em, 'register', { email, name, language, subscribe: subscribe ? 'yes' : '' })
    return { ok: true }
  }
}
