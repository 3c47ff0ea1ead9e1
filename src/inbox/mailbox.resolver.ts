import { Authorized, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { nameOf } from './bind.ts'
import { imapAccount } from './imap-account.ts'
import { Mailbox } from './mailbox.ts'

@ObjectType({ description: 'The ways in which mail comes in.' })
class MailDoors {
  @Field(() => String, { description: 'The address that mail is taken for.' }) supportAddress!: string
  @Field(() => String, { nullable: true, description: 'Where an MTA can deliver; null = nowhere.' })
  listener!: string | null
  @Field(() => String, { nullable: true, description: 'The mailbox of IMAP_URL, as host and user; null = none.' })
  mailboxName!: string | null
  @Field(() => Mailbox, { nullable: true, description: 'How that mailbox fares; null until it was first looked into.' })
  mailbox!: Mailbox | null
}

@Resolver(() => MailDoors)
export class MailboxResolver {
  @Authorized('admin')
  @Query(() => MailDoors, { description: 'The ways in which mail comes in, and how they fare. For admins.' })
  async mailDoors(@Ctx() { em, config }: Context): Promise<MailDoors> {
    const account = imapAccount(config)
    return {
      supportAddress: config.supportAddress,
      listener: config.smtpListen && nameOf(config.smtpListen),
      mailboxName: account?.name ?? null,
      mailbox: account ? await em.findOne(Mailbox, { name: account.name }) : null,
    }
  }
}
