import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Line, OneOf } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { isLanguage, languages } from '../i18n/language.ts'
import { NAME_LENGTH, User } from './user.ts'
import { accountOwner } from './viewer.ts'

@InputType({ description: 'What is left out stays as it is.' })
class UpdateAccountInput {
  @Field(() => String, { nullable: true, description: 'Full name.' }) @Line(NAME_LENGTH) name?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'Language of pages and mails, `en` or `de`; empty = as the browser asks.',
  })
  @OneOf(languages, { optional: true })
  language?: string | null

  @Field(() => String, { nullable: true, description: "IANA name such as `Europe/Berlin`; empty = the company's." })
  @Line(60, { optional: true })
  timezone?: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether to get notices of status changes.' }) wantsStatusMail?:
    | boolean
    | null
  @Field(() => Boolean, { nullable: true, description: 'Whether to get the weekly report.' }) wantsWeeklyReport?:
    | boolean
    | null
}

@ObjectType({ description: 'What `updateAccount` answers.' })
class UpdateAccountPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The account.' }) user?: User
}

@Resolver()
export class AccountResolver {
  @Authorized('signed-in')
  @Mutation(() => UpdateAccountPayload, {
    description: "Changes the viewer's own name, language, time zone and notifications.",
  })
  updateAccount(
    @Arg('input', () => UpdateAccountInput) input: UpdateAccountInput,
    @Ctx() { viewer }: Context,
  ): UpdateAccountPayload {
    const user = accountOwner(viewer)
    if (input.timezone && !isTimeZone(input.timezone)) throw new Refusal('INVALID_CHOICE', 'timezone')
    user.name = input.name ?? user.name
    if (input.language !== undefined) user.language = isLanguage(input.language) ? input.language : null
    if (input.timezone !== undefined) user.timezone = input.timezone
    user.wantsStatusMail = input.wantsStatusMail ?? user.wantsStatusMail
    user.wantsWeeklyReport = input.wantsWeeklyReport ?? user.wantsWeeklyReport
    return { user }
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
