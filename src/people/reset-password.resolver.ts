import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { changePassword } from './change-password.ts'
import { holdLink, useUp } from './links.ts'
import { LinkKind } from './one-time-link.ts'
import { isSavedJustNow, noteAttempt } from './saved-just-now.ts'
import { User } from './user.ts'

@InputType({ description: 'What `resetPassword` takes.' })
class ResetPasswordInput {
  @Field(() => String, { description: 'The token of the mailed link.' }) token!: string
  @Field(() => String, {
    description: 'The new password; PASSWORD_LENGTH says how long at least, 12 characters or more.',
  })
  password!: string
  @Field(() => String, { description: 'The same again; else PASSWORDS_DIFFER.' }) passwordConfirm!: string
  @Field(() => String, {
    nullable: true,
    description: 'Tells the second click of a double click, which does nothing further, from another post.',
  })
  attempt?: string | null
}

@ObjectType({ description: 'What `resetPassword` answers.' })
class ResetPasswordPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The account.' }) user?: User
}

@Resolver()
export class ResetPasswordResolver {
  @Mutation(() => ResetPasswordPayload, {
    description: 'Sets a new password by the link of a reset mail, signs out every device and ends all API tokens.',
  })
  async resetPassword(
    @Arg('input', () => ResetPasswordInput) { token, ...passwords }: ResetPasswordInput,
    @Ctx() context: Context,
  ): Promise<ResetPasswordPayload> {
    const { em, config, now } = context
    const link = await holdLink(em, token, [LinkKind.RESET], config)
    const { user } = link
    if (await isSavedJustNow(context, link, passwords)) return { user }
    useUp(link, now)
    noteAttempt(link, passwords)
    await changePassword(context, user, passwords)
    return { user }
  }
}
