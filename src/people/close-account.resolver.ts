import { Arg, Authorized, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { revokeTokens } from '../integrations/revoke-tokens.ts'
import { endStay } from '../list/leave.ts'
import { Door } from '../list/membership.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { confirmPassword } from './confirm-password.ts'
import { revokeLinks } from './links.ts'
import { lockPerson } from './lock.ts'
import { LinkKind } from './one-time-link.ts'
import { PersonAddress } from './person-address.ts'
import { endSessions } from './sessions.ts'
import { accountOwner } from './viewer.ts'

@InputType({ description: 'What `closeAccount` takes.' })
class CloseAccountInput {
  @Field(() => String, { description: 'The password of the account.' }) currentPassword!: string
}

@ObjectType({ description: 'What `closeAccount` answers.' })
class CloseAccountPayload extends Payload {
  @Field(() => Boolean, { nullable: true, description: 'True when it is closed.' }) ok?: boolean
}

@Resolver()
export class CloseAccountResolver {
  /** What was written stays (H1); the person is a contact again and can come back by registering. */
  @Authorized('signed-in')
  @Mutation(() => CloseAccountPayload, {
    description:
      "Closes the viewer's own account: password, sessions, tokens and support list end; requests and answers stay.",
  })
  async closeAccount(
    @Arg('input', () => CloseAccountInput) { currentPassword }: CloseAccountInput,
    @Ctx() context: Context,
  ): Promise<CloseAccountPayload> {
    const { em, viewer, now } = context
    const user = accountOwner(viewer)
    if (user.isTeam) throw new Refusal('FORBIDDEN') // staff accounts are the admin's
    await lockPerson(em, user)
    await confirmPassword(context, user, currentPassword)
    await revokeLinks(em, user, Object.values(LinkKind), now)
    const stay = await endStay(em, user, Door.ACCOUNT, now)
    if (stay) await enqueueMail(em, 'list-left', user, { membership: stay.id }, now)
    await revokeTokens(em, user, now)
    await endSessions(em, user)
    await em.nativeDelete(PersonAddress, { user: user.id })
    user.passwordHash = null
    user.confirmedAt = null
    return { ok: true }
  }
}
