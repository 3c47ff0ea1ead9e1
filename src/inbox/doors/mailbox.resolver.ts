import { Authorized, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../../graph/context.ts'
import { countQueues } from '../../jobs/queues.ts'
import { nameOf } from './bind.ts'
import { imapAccount } from './imap-account.ts'
import { Mailbox } from './mailbox.ts'

@ObjectType({ description: 'The ways in which mail comes in, and what of it waits.' })
class MailDoors {
  @Field(() => String, { description: 'The address that mail is taken for.' }) supportAddress!: string
  @Field(() => String, { nullable: true, description: 'Where an MTA can deliver; null = nowhere.' })
  listener!: string | null
  @Field(() => String, { nullable: true, description: 'The mailbox of IMAP_URL, as host and user; null = none.' })
  mailboxName!: string | null
  @Field(() => Mailbox, { nullable: true, description: 'How that mailbox fares; null until it was first looked into.' })
  mailbox!: Mailbox | null
  @Field(() => Int, { description: 'Mails that came in and are not decided yet.' }) undecided!: number
  @Field(() => Date, { nullable: true, description: 'When the oldest of them came.' }) oldestUndecidedAt!: Date | null
  @Field(() => Int, { description: 'Mails of ours that wait to be sent.' }) unsent!: number
  @Field(() => Int, { description: 'Mails of ours that could not be sent for good.' }) failed!: number
}

@Resolver(() => MailDoors)
export class MailboxResolver {
  @Authorized('admin')
  @Query(() => MailDoors, { description: 'The ways in which mail comes in, and how that goes. For admins.' })
  async mailDoors(@Ctx() { em, config, now }: Context): Promise<MailDoors> {
    const account = imapAccount(config)
    const { undecided, oldestMailSeconds, outgoing } = await countQueues(em, now)
    return {
      supportAddress: config.supportAddress,
      listener: config.smtpListen && nameOf(config.smtpListen),
      mailboxName: account?.name ?? null,
      mailbox: account ? await em.findOne(Mailbox, { name: account.name }) : null,
      undecided,
      oldestUndecidedAt: undecided > 0 ? new Date(now.getTime() - oldestMailSeconds * 1000) : null,
      unsent: outgoing.DUE ?? 0,
      failed: outgoing.FAILED ?? 0,
    }
  }
}
