import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root, registerEnumType } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { DeliveryCause } from '../outbox/cause.ts'
import { DeliveryState, deliveriesOf } from '../outbox/delivery.ts'
import { isStaff } from '../people/viewer.ts'
import { Message } from './message.ts'

registerEnumType(DeliveryState, {
  name: 'DeliveryState',
  description: 'What became of a mail.',
  valuesConfig: {
    WAITING: { description: 'It goes now, or at the next try.' },
    SENT: { description: 'A mail server has taken it.' },
    DELAYED: { description: 'A mail server has taken it, and a report says that it did not arrive yet.' },
    BOUNCED: { description: 'A report says that it did not arrive.' },
    FAILED: { description: 'No mail server took it, and none is asked any more.' },
    BLOCKED: { description: 'Not sent: mails to this address came back, and nobody has lifted the block.' },
    WITHHELD: { description: 'Not sent: no notices go to a blocked sender.' },
    DROPPED: { description: 'Not sent: there was nothing left to tell.' },
  },
})

registerEnumType(DeliveryCause, {
  name: 'DeliveryCause',
  description: 'Why a mail did not arrive.',
  valuesConfig: {
    UNKNOWN_ADDRESS: { description: 'There is no such address, or it takes no mail any more.' },
    MAILBOX_FULL: { description: 'The mailbox is full.' },
    TOO_LARGE: { description: 'The mail is larger than the other side takes.' },
    REFUSED: { description: 'The other side wants no mail of this kind or from us.' },
    UNREACHABLE: { description: 'The other side could not be reached.' },
  },
})

@ObjectType({ description: 'What became of one mail that told of a message.', simpleResolvers: true })
class MailDelivery {
  @Field(() => String, { description: 'The address it went to.' }) recipient!: string
  @Field(() => DeliveryState, { description: 'What became of it.' }) state!: DeliveryState
  @Field(() => Date, { nullable: true, description: 'When a mail server took it.' }) sentAt!: Date | null
  @Field(() => String, { nullable: true, description: "A mail server's words: its answer, or why not." })
  answer!: string | null
  @Field(() => DeliveryCause, { nullable: true, description: 'Why it did not arrive, as far as the words tell.' })
  cause!: DeliveryCause | null
}

@Resolver(() => Message)
export class DeliveryResolver {
  @FieldResolver(() => [MailDelivery], {
    description: 'What became of the mails that brought it to its readers, for 90 days. Empty for customers.',
  })
  async deliveries(@Root() message: Message, @Ctx() { em, viewer }: Context): Promise<MailDelivery[]> {
    return isStaff(viewer) && !message.isNote ? deliveriesOf(em, message) : []
  }
}
