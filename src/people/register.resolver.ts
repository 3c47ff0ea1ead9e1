import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress, Line, OneOf } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { isLanguage, languages } from '../i18n/language.ts'
import { wish, wishToJoin } from '../list/join.ts'
import { Door } from '../list/membership.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { findOrCreateContact } from './contact.ts'
import { limitLinkMails } from './link-limits.ts'
import { issueLink } from './links.ts'
import { LinkKind } from './one-time-link.ts'
import { NAME_LENGTH, type User } from './user.ts'

@InputType({ description: 'What `register` takes.' })
class RegisterInput {
  @Field(() => String, { description: 'Full name.' }) @Line(NAME_LENGTH) name!: string
  @Field(() => String, { description: 'The address, which the mailed link proves.' }) @EmailAddress() email!: string
  @Field(() => Boolean, { nullable: true, description: 'Whether to join the support list.' }) subscribe?: boolean | null

  @Field(() => String, { nullable: true, description: 'Language of the mail, `en` or `de`.' })
  @OneOf(languages, { optional: true })
  locale?: string | null

  @Field(() => String, { nullable: true, description: 'Makes a repetition of the same call harmless.' })
  idempotencyKey?: string | null
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
    @Arg('input', () => RegisterInput) input: RegisterInput,
    @Ctx() context: Context,
  ): Promise<RegisterPayload> {
    const { em, now } = context
    await limitLinkMails(context, input.email)
    const language = isLanguage(input.locale) ? input.locale : context.language
    const user = await findOrCreateContact(em, { email: input.email, name: input.name, language, now })
    if (user.disabledAt) return { ok: true }
    const subscribe = Boolean(input.subscribe)
    if (user.isContact) await sendRegistration(context, user, subscribe)
    else await sendReminder(context, user, subscribe)
    return { ok: true }
  }
}

async function sendRegistration({ em, config, now }: Context, user: User, subscribe: boolean): Promise<void> {
  const joinsList = subscribe && (await wish(em, user, Door.REGISTRATION, now))
  const link = await issueLink(em, LinkKind.REGISTRATION, user, config, now, { joinsList })
  await enqueueMail(em, 'registration', user, { link: link.id }, now)
}

async function sendReminder({ em, config, now }: Context, user: User, subscribe: boolean): Promise<void> {
  await enqueueMail(em, 'already-registered', user, {}, now)
  if (subscribe) await wishToJoin(em, user, Door.REGISTRATION, config, now)
}
