import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { anything, condition } from '../graph/condition.ts'
import { type Connection, connectionOf, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { readOne } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { thingOf } from '../graph/things.ts'
import { block, unblock } from './block-sender.ts'
import { BlockedSender } from './blocked-sender.ts'
import { blockedSenderNow } from './facts.ts'
import { idOf } from './person.ts'
import { User } from './user.ts'
import { worksTickets } from './viewer.ts'

const BlockedSenderConnection = connectionOf('BlockedSender', BlockedSender)

registerNode('BlockedSender', ({ em, viewer }, id) =>
  worksTickets(viewer) ? readOne(em, BlockedSender, { where: condition('t.id = ?', id) }) : Promise.resolve(null),
)

@InputType({ description: 'Whose mails and public requests are to be held.' })
class BlockSenderInput extends Repeatable {
  @Line(254)
  @Field(() => String, { description: 'An address, or a domain such as spam.example.' })
  sender!: string

  @Line(200, { optional: true })
  @Field(() => String, { nullable: true, description: 'Why, for colleagues.' })
  reason?: string | null
}
@InputType({ description: 'Which blocked sender.' })
class UnblockSenderInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of the blocked sender.' }) sender!: string
}
@ObjectType({ description: 'The blocked sender.' })
class BlockSenderPayload extends Payload {
  @Field(() => BlockedSender, { nullable: true, description: 'The blocked sender.' }) sender?: BlockedSender | null
}
@ObjectType({ description: 'Nothing but what went wrong.' })
class UnblockSenderPayload extends Payload {}

@Resolver(() => BlockedSender)
export class BlockedSenderResolver {
  @Authorized('agent')
  @Query(() => BlockedSenderConnection, { description: 'Blocked senders, the newest first.' })
  blockedSenders(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: Context): Promise<Connection<BlockedSender>> {
    return keysetPage(em, page, {
      type: BlockedSender,
      where: anything,
      order: { name: 'blocked', columns: ['blocked_at', 'id'], properties: ['blockedAt', 'id'], descending: true },
      brings: ['blockedBy'],
    })
  }

  @Authorized('agent')
  @Mutation(() => BlockSenderPayload, {
    description:
      'From now on mails from an address or domain, and public requests with it, are held, and no receipts or notices go there. Already so is fine. Nobody of the team can be blocked.',
  })
  async blockSender(
    @Arg('input', () => BlockSenderInput) { sender, reason }: BlockSenderInput,
    @Ctx() context: Context,
  ): Promise<BlockSenderPayload> {
    return { sender: await block(context, sender, reason ?? '') }
  }

  @Authorized('agent')
  @Mutation(() => UnblockSenderPayload, {
    description: 'Ends that for what comes from now on; what is held already stays held until somebody decides.',
  })
  async unblockSender(
    @Arg('input', () => UnblockSenderInput) { sender: id }: UnblockSenderInput,
    @Ctx() context: Context,
  ): Promise<UnblockSenderPayload> {
    const sender = await context.em.findOne(BlockedSender, idOf(id, 'BlockedSender'))
    if (!sender) throw new Refusal('NOT_FOUND')
    unblock(context, sender)
    return {}
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who blocked it.' })
  blockedBy(@Root() sender: BlockedSender, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, sender.blockedBy)
  }
}

@Resolver(() => User)
export class SenderOfUserResolver {
  @FieldResolver(() => BlockedSender, {
    nullable: true,
    description: 'By what their address is blocked; null where it is not. For agents.',
  })
  async blockedSender(@Root() user: User, @Ctx() context: Context): Promise<BlockedSender | null> {
    const found = worksTickets(context.viewer) ? await blockedSenderNow(context, user) : null
    return found && thingOf(context.em, BlockedSender, found)
  }
}
