import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { AdminEventType } from './admin-event.ts'
import { recordAct } from './admin-log.ts'
import { confirmPassword } from './confirm-password.ts'
import { personById } from './person.ts'
import { hasSecondFactor, proveWith, SecondFactor, secondFactorOf } from './second-factor.ts'
import { endSessions } from './sessions.ts'
import { confirmAct } from './staff.ts'
import { newSecret, qrCode, seal, unseal } from './totp.ts'
import { User } from './user.ts'
import { accountOwner, isAdmin, type Viewer } from './viewer.ts'

@ObjectType('SecondFactor', { description: "The viewer's own second factor at log-in. For the team." })
class SecondFactorState {
  @Field(() => Boolean, { description: 'Whether it is asked for at log-in.' }) isOn!: boolean
  @Field(() => Boolean, { description: 'Whether everybody of the team has to have one.' }) isRequired!: boolean
  @Field(() => Date, { nullable: true, description: 'Since when it is asked for.' }) since!: Date | null
  @Field(() => Int, { description: 'How many recovery codes are left.' }) recoveryCodesLeft!: number
  @Field(() => String, { nullable: true, description: 'The key for the app, while it is being set up.' })
  key!: string | null
  @Field(() => String, { nullable: true, description: 'The same as a picture (SVG, as a data URL).' })
  qrCode!: string | null
}

@InputType({ description: 'What `beginSecondFactor` takes.' })
class BeginSecondFactorInput {
  @Field(() => String, { description: "The viewer's own password." }) currentPassword!: string
}
@InputType({ description: 'What `confirmSecondFactor` takes.' })
class ConfirmSecondFactorInput {
  @Field(() => String, { description: 'The code that the app shows.' }) @Line(40) code!: string
}
@InputType({ description: 'What `renewRecoveryCodes` takes.' })
class RenewRecoveryCodesInput {
  @Field(() => String, { description: "The viewer's own password." }) currentPassword!: string
}
@InputType({ description: 'What `removeSecondFactor` takes.' })
class RemoveSecondFactorInput {
  @Field(() => String, { description: "The viewer's own password." }) currentPassword!: string
}
@InputType({ description: 'What `resetSecondFactor` takes.' })
class ResetSecondFactorInput {
  @Field(() => ID, { description: 'Global id of the person whose second factor goes.' }) user!: string
  @Field(() => String, {
    nullable: true,
    description: "The admin's own password; needed in a browser, not with an API token.",
  })
  currentPassword?: string | null
}

@ObjectType({ description: 'What `beginSecondFactor` answers.' })
class BeginSecondFactorPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The account.' }) user?: User
}
@ObjectType({ description: 'What `confirmSecondFactor` answers.' })
class ConfirmSecondFactorPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'The recovery codes, one a line, told this once.' })
  recoveryCodes?: string
}
@ObjectType({ description: 'What `renewRecoveryCodes` answers.' })
class RenewRecoveryCodesPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'The recovery codes, one a line, told this once.' })
  recoveryCodes?: string
}
@ObjectType({ description: 'What `removeSecondFactor` answers.' })
class RemoveSecondFactorPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The account.' }) user?: User
}
@ObjectType({ description: 'What `resetSecondFactor` answers.' })
class ResetSecondFactorPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
}

@Resolver(() => User)
export class SecondFactorResolver {
  @Authorized('signed-in')
  @Query(() => SecondFactorState, {
    nullable: true,
    description: "The viewer's own second factor; null for customers, and for programs.",
  })
  async secondFactor(@Ctx() { em, viewer, config }: Context): Promise<SecondFactorState | null> {
    const { user, session } = viewer
    if (!user?.isTeam || session === null) return null
    const factor = await secondFactorOf(em, user)
    const isOn = factor?.confirmedAt != null
    const key = factor && !isOn ? unseal(factor.sealedSecret, user.id, config.sessionSecret) : null
    return {
      isOn,
      isRequired: config.requireTotp,
      since: factor?.confirmedAt ?? null,
      recoveryCodesLeft: factor?.recoveryHashes.length ?? 0,
      key,
      qrCode: key && (await qrCode(key, user.email, config.brandName)),
    }
  }

  @Authorized('signed-in')
  @Mutation(() => BeginSecondFactorPayload, {
    description: "Begins to set up the viewer's second factor: makes a key for the app. For the team, in a browser.",
  })
  async beginSecondFactor(
    @Arg('input', () => BeginSecondFactorInput) { currentPassword }: BeginSecondFactorInput,
    @Ctx() context: Context,
  ): Promise<BeginSecondFactorPayload> {
    const { em, viewer, config, now } = context
    const user = colleague(viewer)
    await confirmPassword(context, user, currentPassword)
    const known = await secondFactorOf(em, user)
    if (known?.confirmedAt) throw new Refusal('ALREADY_CONFIRMED')
    const sealed = seal(newSecret(), user.id, config.sessionSecret)
    if (known) known.sealedSecret = sealed
    else em.persist(new SecondFactor(user, sealed, now))
    return { user }
  }

  @Authorized('signed-in')
  @Mutation(() => ConfirmSecondFactorPayload, {
    description: 'Ends the setting up by a first code; from now on one is asked for at log-in. For the team.',
  })
  async confirmSecondFactor(
    @Arg('input', () => ConfirmSecondFactorInput) { code }: ConfirmSecondFactorInput,
    @Ctx() context: Context,
  ): Promise<ConfirmSecondFactorPayload> {
    const { em, viewer, config, now } = context
    const user = colleague(viewer)
    const factor = await secondFactorOf(em, user)
    if (!factor || factor.confirmedAt) throw new Refusal('NOT_FOUND')
    if ((await proveWith(em, factor, code, config, now)) !== 'CODE') throw new Refusal('WRONG_CODE', 'code')
    const recoveryCodes = factor.renewRecoveryCodes()
    factor.confirmedAt = now
    recordAct(context, AdminEventType.SECOND_FACTOR_ON, { subject: user })
    return { recoveryCodes: recoveryCodes.join('\n') }
  }

  @Authorized('signed-in')
  @Mutation(() => RenewRecoveryCodesPayload, {
    description: 'Makes new recovery codes for the viewer; the old ones end. For the team, in a browser.',
  })
  async renewRecoveryCodes(
    @Arg('input', () => RenewRecoveryCodesInput) { currentPassword }: RenewRecoveryCodesInput,
    @Ctx() context: Context,
  ): Promise<RenewRecoveryCodesPayload> {
    const { em, viewer } = context
    const user = colleague(viewer)
    await confirmPassword(context, user, currentPassword)
    const factor = await secondFactorOf(em, user)
    if (!factor?.confirmedAt) throw new Refusal('NOT_FOUND')
    recordAct(context, AdminEventType.RECOVERY_CODES_MADE, { subject: user })
    return { recoveryCodes: factor.renewRecoveryCodes().join('\n') }
  }

  @Authorized('signed-in')
  @Mutation(() => RemoveSecondFactorPayload, {
    description: "Removes the viewer's second factor. For the team, in a browser.",
  })
  async removeSecondFactor(
    @Arg('input', () => RemoveSecondFactorInput) { currentPassword }: RemoveSecondFactorInput,
    @Ctx() context: Context,
  ): Promise<RemoveSecondFactorPayload> {
    const { em, viewer } = context
    const user = colleague(viewer)
    await confirmPassword(context, user, currentPassword)
    const factor = await secondFactorOf(em, user)
    if (factor?.confirmedAt) recordAct(context, AdminEventType.SECOND_FACTOR_OFF, { subject: user })
    if (factor) em.remove(factor)
    return { user }
  }

  @Authorized('admin')
  @Mutation(() => ResetSecondFactorPayload, {
    description: 'Removes the second factor of somebody who lost it, and signs them out everywhere. For admins.',
  })
  async resetSecondFactor(
    @Arg('input', () => ResetSecondFactorInput) input: ResetSecondFactorInput,
    @Ctx() context: Context,
  ): Promise<ResetSecondFactorPayload> {
    const { em } = context
    await confirmAct(context, input.currentPassword)
    const user = await personById(em, input.user)
    const factor = await secondFactorOf(em, user)
    if (!factor) throw new Refusal('NOT_FOUND')
    em.remove(factor)
    await endSessions(em, user)
    recordAct(context, AdminEventType.SECOND_FACTOR_RESET, { subject: user })
    return { user }
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether a second factor is asked of them at log-in. For admins.',
  })
  async hasSecondFactor(@Root() user: User, @Ctx() { em, viewer }: Context): Promise<boolean | null> {
    return isAdmin(viewer) ? hasSecondFactor(em, user) : null
  }
}

/** Somebody of the team in a browser: a program has no second factor, and must not change its owner's. */
function colleague(viewer: Viewer): User {
  const user = accountOwner(viewer)
  if (!user.isTeam || viewer.session === null) throw new Refusal('FORBIDDEN')
  return user
}
