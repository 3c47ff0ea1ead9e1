import { Arg, Authorized, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress, Line } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { AdminEventType } from './admin-event.ts'
import { recordAct } from './admin-log.ts'
import { disable, enable } from './disable.ts'
import { personById } from './person.ts'
import { addStaff, changeRole, confirmAct } from './staff.ts'
import { NAME_LENGTH, Role, User } from './user.ts'

const CURRENT_PASSWORD = "The admin's own password; needed in a browser, not with an API token."

@InputType({ description: 'What `createStaff` takes.' })
class CreateStaffInput extends Repeatable {
  @Field(() => String, { description: 'Full name.' }) @Line(NAME_LENGTH) name!: string
  @Field(() => String, { description: 'Mail address.' }) @EmailAddress() email!: string
  @Field(() => Role, { description: 'What they are to be.' }) role!: Role
  @Field(() => String, { nullable: true, description: CURRENT_PASSWORD }) currentPassword?: string | null
}

@InputType({ description: 'What is left out stays as it is.' })
class UpdateStaffInput {
  @Field(() => ID, { description: 'Global id of the person.' }) user!: string
  @Field(() => Role, { nullable: true, description: 'What they are to be.' }) role?: Role | null
  @Field(() => Boolean, { nullable: true, description: 'Whether the account is disabled.' }) disabled?: boolean | null
  @Field(() => String, { nullable: true, description: CURRENT_PASSWORD }) currentPassword?: string | null
}

@InputType({ description: 'What `disablePerson` takes.' })
class DisablePersonInput {
  @Field(() => ID, { description: 'Global id of the person.' }) user!: string
  @Field(() => Boolean, { description: 'False = enabled again.' }) disabled!: boolean
  @Field(() => String, { nullable: true, description: CURRENT_PASSWORD }) currentPassword?: string | null
}

@ObjectType({ description: 'What `createStaff` answers.' })
class CreateStaffPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The new colleague.' }) user?: User
}

@ObjectType({ description: 'What `updateStaff` answers.' })
class UpdateStaffPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
}

@ObjectType({ description: 'What `disablePerson` answers.' })
class DisablePersonPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
}

@Resolver()
export class StaffResolver {
  @Authorized('admin')
  @Mutation(() => CreateStaffPayload, {
    description: 'Adds a colleague, who sets their password through an invitation. For admins.',
  })
  async createStaff(
    @Arg('input', () => CreateStaffInput) input: CreateStaffInput,
    @Ctx() context: Context,
  ): Promise<CreateStaffPayload> {
    const { em, config, now, language } = context
    if (input.role === Role.CUSTOMER) throw new Refusal('INVALID_CHOICE', 'role')
    await confirmAct(context, input.currentPassword)
    const user = await addStaff(em, { ...input, language }, config, now)
    recordAct(context, AdminEventType.STAFF_ADDED, { subject: user, to: user.role })
    return { user }
  }

  @Authorized('admin')
  @Mutation(() => UpdateStaffPayload, {
    description:
      "Changes somebody's role, or disables or enables them; a new role or being disabled ends their API tokens. For admins.",
  })
  async updateStaff(
    @Arg('input', () => UpdateStaffInput) input: UpdateStaffInput,
    @Ctx() context: Context,
  ): Promise<UpdateStaffPayload> {
    const { em } = context
    await confirmAct(context, input.currentPassword)
    const user = await personById(em, input.user)
    if (input.role) await giveRole(context, user, input.role)
    if (input.disabled != null) await setDisabled(context, user, input.disabled)
    return { user }
  }

  @Authorized('admin')
  @Mutation(() => DisablePersonPayload, {
    description: 'Disables an account, which ends its API tokens, or enables it again. For admins.',
  })
  async disablePerson(
    @Arg('input', () => DisablePersonInput) input: DisablePersonInput,
    @Ctx() context: Context,
  ): Promise<DisablePersonPayload> {
    const { em } = context
    await confirmAct(context, input.currentPassword)
    const user = await personById(em, input.user)
    await setDisabled(context, user, input.disabled)
    return { user }
  }
}

async function giveRole(context: Context, user: User, role: Role): Promise<void> {
  const from = user.role
  if (from === role) return
  await changeRole(context.em, user, role, context.now)
  recordAct(context, AdminEventType.ROLE_CHANGED, { subject: user, from, to: role })
}

async function setDisabled(context: Context, user: User, disabled: boolean): Promise<void> {
  if (disabled === (user.disabledAt !== null)) return
  await (disabled ? disable(context.em, user, context.now) : enable(user))
  recordAct(context, disabled ? AdminEventType.DISABLED : AdminEventType.ENABLED, { subject: user })
}
