import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { changePassword } from './change-password.ts'
import { confirmPassword } from './confirm-password.ts'
import { lockPerson } from './lock.ts'
import { User } from './user.ts'
import { accountOwner } from './viewer.ts'

@InputType({ description: 'What `changePassword` takes.' })
class ChangePasswordInput {
  @Field(() => String, { description: 'The password until now.' }) currentPassword!: string
  @Field(() => String, {
    description: 'The new password; PASSWORD_LENGTH says how long at least, 12 characters or more.',
  })
  password!: string
  @Field(() => String, { description: 'The same again; else PASSWORDS_DIFFER.' }) passwordConfirm!: string
}

@ObjectType({ description: 'What `changePassword` answers.' })
class ChangePasswordPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The account.' }) user?: User
}

@Resolver()
export class ChangePasswordResolver {
  @Authorized('signed-in')
  @Mutation(() => ChangePasswordPayload, {
    description: "Changes the viewer's own password, signs out their other devices and ends all their API tokens.",
  })
  async changePassword(
    @Arg('input', () => ChangePasswordInput) { currentPassword, ...passwords }: ChangePasswordInput,
    @Ctx() context: Context,
  ): Promise<ChangePasswordPayload> {
    const { em, viewer } = context
    const user = accountOwner(viewer)
    await lockPerson(em, user)
    await confirmPassword(context, user, currentPassword)
    await changePassword(context, user, passwords, viewer.session)
    return { user }
  }
}
