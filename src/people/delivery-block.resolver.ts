import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { liftBlock } from '../outbox/bounce.ts'
import { AdminEventType } from './admin-event.ts'
import { recordAct } from './admin-log.ts'
import { blockNow } from './facts.ts'
import { personById } from './person.ts'
import { User } from './user.ts'
import { isStaff } from './viewer.ts'

@ObjectType({ description: 'Mails to somebody came back, so none is sent any more.', simpleResolvers: true })
class DeliveryBlock {
  @Field(() => Date, { description: 'Since when nothing is sent there.' }) since!: Date
  @Field(() => String, { description: "Why the last mail came back, in its server's words." }) reason!: string
}

@InputType({ description: 'What `liftDeliveryBlock` takes.' })
class LiftDeliveryBlockInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of the person whose address it is.' }) user!: string
}

@ObjectType({ description: 'What `liftDeliveryBlock` answers.' })
class LiftDeliveryBlockPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
}

@Resolver(() => User)
export class DeliveryBlockResolver {
  @Authorized('staff')
  @Mutation(() => LiftDeliveryBlockPayload, {
    description: 'Sends mails to somebody again after they came back. What was not sent meanwhile is not made up for.',
  })
  async liftDeliveryBlock(
    @Arg('input', () => LiftDeliveryBlockInput) input: LiftDeliveryBlockInput,
    @Ctx() context: Context,
  ): Promise<LiftDeliveryBlockPayload> {
    const user = await personById(context.em, input.user)
    if (await liftBlock(context.em, user.email)) recordAct(context, AdminEventType.BLOCK_LIFTED, { subject: user })
    return { user }
  }

  @FieldResolver(() => DeliveryBlock, {
    nullable: true,
    description: 'Set while no mail is sent to them, because mails came back. For the team.',
  })
  async deliveryBlock(@Root() user: User, @Ctx() context: Context): Promise<DeliveryBlock | null> {
    return isStaff(context.viewer) ? blockNow(context, user) : null
  }
}
