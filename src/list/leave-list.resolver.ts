import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Scope } from '../integrations/api-token.ts'
import { accountOwner } from '../people/viewer.ts'
import { leave } from './leave.ts'
import { LeaveState, stayOfLink } from './leave-link.ts'
import { Door } from './membership.ts'

@InputType({ description: 'What `leaveList` takes.' })
class LeaveListInput {
  @Field(() => String, {
    nullable: true,
    description: 'The token of a leave link; without it, whoever is signed in leaves.',
  })
  token?: string | null

  @Field(() => Boolean, { nullable: true, description: "Whether the mail program's own button was used (RFC 8058)." })
  oneClick?: boolean | null
}

@ObjectType({ description: 'What `leaveList` answers.' })
class LeaveListPayload extends Payload {
  @Field(() => Boolean, { nullable: true, description: 'Whether they were off the list before.' })
  alreadyLeft?: boolean
}

@Resolver()
export class LeaveListResolver {
  @Mutation(() => LeaveListPayload, {
    description: 'Leaves the support list, by the leave link of a mail or signed in. A second time changes nothing.',
  })
  async leaveList(
    @Arg('input', () => LeaveListInput) { token, oneClick }: LeaveListInput,
    @Ctx() context: Context,
  ): Promise<LeaveListPayload> {
    const { em, config, now } = context
    const user = token ? await userOfLink(context, token) : ownAccount(context)
    const door = oneClick ? Door.ONE_CLICK : token ? Door.LEAVE_LINK : Door.ACCOUNT
    return { alreadyLeft: !(await leave(em, user, door, config, now)) }
  }
}

/** Refuses a link that is none of ours, and one of a stay that is over while another has begun since. */
async function userOfLink({ em, config }: Context, token: string) {
  const { state, membership } = await stayOfLink(em, token, config)
  if (!membership) throw new Refusal('LINK_UNKNOWN', 'token')
  if (state === LeaveState.OLD) throw new Refusal('LINK_EXPIRED', 'token')
  return membership.user
}

/** Open to strangers for the link's sake, so an API token's scope is looked at here. */
function ownAccount({ viewer }: Context) {
  if (viewer.scopes && !viewer.scopes.includes(Scope.ADMIN)) throw new Refusal('FORBIDDEN')
  return accountOwner(viewer)
}
