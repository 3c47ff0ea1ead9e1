import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { openLink } from '../people/links.ts'
import { LinkKind } from '../people/one-time-link.ts'
import { join } from './join.ts'
import { Door, Membership } from './membership.ts'

@InputType({ description: 'What `undoLeave` takes.' })
class UndoLeaveInput {
  @Field(() => String, { description: 'The token of the undo link.' }) token!: string
}

@ObjectType({ description: 'What `undoLeave` answers.' })
class UndoLeavePayload extends Payload {
  @Field(() => Membership, { nullable: true, description: 'The stay that has begun.' }) membership?: Membership
}

@Resolver()
export class UndoLeaveResolver {
  @Mutation(() => UndoLeavePayload, {
    description: 'Takes a leaving back within 14 days, by the link of the mail that confirmed it.',
  })
  async undoLeave(
    @Arg('input', () => UndoLeaveInput) { token }: UndoLeaveInput,
    @Ctx() { em, config, now }: Context,
  ): Promise<UndoLeavePayload> {
    const { user } = await openLink(em, token, [LinkKind.UNDO_LEAVE], config, now)
    return { membership: await join(em, user, Door.UNDO_LINK, now) }
  }
}
