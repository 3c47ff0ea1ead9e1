import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { endSessions, type SessionOfPerson, sessionsOf } from './sessions.ts'
import { accountOwner, signedIn } from './viewer.ts'

@ObjectType({ description: 'A browser in which the viewer is signed in.' })
class Device {
  @Field(() => ID, { description: 'Tells it from the others.' }) id!: string
  @Field(() => Boolean, { description: 'Whether it is the one that asks.' }) isThis!: boolean
  @Field(() => String, { nullable: true, description: 'What the browser calls itself.' }) userAgent!: string | null
  @Field(() => String, { nullable: true, description: 'Network address at log-in.' }) address!: string | null
  @Field(() => Date, { description: 'When it was last used, to ten minutes.' }) lastSeenAt!: Date
  @Field(() => Date, { description: 'When it signed in.' }) createdAt!: Date
}

@InputType({ description: 'What `signOutElsewhere` takes.' })
class SignOutElsewhereInput extends Repeatable {}

@ObjectType({ description: 'What `signOutElsewhere` answers.' })
class SignOutElsewherePayload extends Payload {
  @Field(() => Int, { nullable: true, description: 'How many devices were signed out.' }) ended?: number
}

@Resolver()
export class DeviceResolver {
  @Authorized('signed-in')
  @Query(() => [Device], { description: 'Where the viewer is signed in, last used first.' })
  async devices(@Ctx() { em, viewer, config, now }: Context): Promise<Device[]> {
    const sessions = await sessionsOf(em, signedIn(viewer), config, now)
    return sessions.map(session => toDevice(session, viewer.session))
  }

  @Authorized('signed-in')
  @Mutation(() => SignOutElsewherePayload, { description: 'Signs the viewer out on every device but this one.' })
  async signOutElsewhere(
    @Arg('input', () => SignOutElsewhereInput) _input: SignOutElsewhereInput,
    @Ctx() { em, viewer }: Context,
  ): Promise<SignOutElsewherePayload> {
    return { ended: await endSessions(em, accountOwner(viewer), viewer.session) }
  }
}

const toDevice = (
  { sid, user_agent, address, created_at, last_seen_at }: SessionOfPerson,
  own: string | null,
): Device => ({
  // The start of the hash is enough to tell them apart.
  id: `device_${sid.slice(0, 16)}`,
  isThis: sid === own,
  userAgent: user_agent,
  address,
  lastSeenAt: new Date(last_seen_at),
  createdAt: new Date(created_at),
})
