import { Arg, Authorized, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { maskAddress } from '../lib/mask-address.ts'
import { LeaveState, stayOfLink } from './leave-link.ts'

@ObjectType({ description: 'What a leave link finds.' })
class LeaveLink {
  @Field(() => LeaveState, { description: 'Where its person stands.' }) state!: LeaveState

  @Field(() => String, { nullable: true, description: 'Their address in part, so that its owner recognises it.' })
  email!: string | null
}

@Resolver()
export class LeaveLinkResolver {
  @Authorized('page')
  @Query(() => LeaveLink, { description: 'What the page behind a leave link shows. Asking changes nothing.' })
  async leaveLink(
    @Arg('token', () => String, { description: 'The token of the link.' }) token: string,
    @Ctx() { em, config }: Context,
  ): Promise<LeaveLink> {
    const { state, membership } = await stayOfLink(em, token, config)
    return { state, email: membership && maskAddress(membership.user.email) }
  }
}
