import type { EntityManager } from '@mikro-orm/postgresql'
import { Authorized, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql'
import type { Config } from '../../config.ts'
import type { Context } from '../../graph/context.ts'
import { countWorkers } from '../../jobs/presence.ts'
import { countQueues } from '../../jobs/queues.ts'
import { wayOut } from '../../outbox/way-out.ts'
import { nameOf } from './bind.ts'
import { imapAccount } from './imap-account.ts'
import { Mailbox } from './mailbox.ts'

@ObjectType({ description: 'The mail server that ours go to, and how that goes.' })
class OutgoingMail {
  @Field(() => String, { nullable: true, description: 'Host of SMTP_URL; null = mails are kept and not sent.' })
  server!: string | null
  @Field(() => String, { description: 'The sender of all mails.' }) sender!: string
  @Field(() => String, { nullable: true, description: 'The domain that signs them (DKIM); null = none.' })
  signedBy!: string | null
  @Field(() => Date, { nullable: true, description: 'When the server last took a mail, within the last month.' })
  lastSentAt!: Date | null
  @Field(() => Date, { nullable: true, description: 'Since when the oldest mail waits that is to be sent.' })
  oldestUnsentAt!: Date | null
  @Field(() => String, {
    nullable: true,
    description: 'Why the newest mail that waits did not go; null = nothing did.',
  })
  trouble!: string | null
}

@ObjectType({ description: 'The ways in which mail comes in and goes out, and what of it waits.' })
class MailDoors {
  @Field(() => String, { description: 'The address that mail is taken for.' }) supportAddress!: string
  @Field(() => String, { nullable: true, description: 'Where an MTA can deliver; null = nowhere.' })
  listener!: string | null
  @Field(() => String, { nullable: true, description: 'The mailbox of IMAP_URL, as host and user; null = none.' })
  mailboxName!: string | null
  @Field(() => Mailbox, { nullable: true, description: 'How that mailbox fares; null until it was first looked into.' })
  mailbox!: Mailbox | null
  @Field(() => Boolean, {
    description: 'Nobody has looked into that mailbox for a quarter of an hour, though nothing is known to be wrong.',
  })
  isSilent!: boolean
  @Field(() => Int, { description: 'Processes that send mails, take them and run jobs.' }) workers!: number
  @Field(() => Date, { nullable: true, description: 'When the last mail came in, by whichever way.' })
  lastReceivedAt!: Date | null
  @Field(() => OutgoingMail, { description: 'The way out.' }) outgoing!: OutgoingMail
  @Field(() => Int, { description: 'Mails that came in and are not decided yet.' }) undecided!: number
  @Field(() => Date, { nullable: true, description: 'When the oldest of them came.' }) oldestUndecidedAt!: Date | null
  @Field(() => Int, { description: 'Mails of ours that wait to be sent.' }) unsent!: number
  @Field(() => Int, { description: 'Mails of ours that could not be sent for good.' }) failed!: number
}

@Resolver(() => MailDoors)
export class MailboxResolver {
  @Authorized('admin')
  @Query(() => MailDoors, {
    description: 'The ways in which mail comes in and goes out, and how that goes. For admins.',
  })
  async mailDoors(@Ctx() { em, config, now }: Context): Promise<MailDoors> {
    const account = imapAccount(config)
    const { undecided, oldestMailSeconds, outgoing } = await countQueues(em, now)
    const mailbox = account && (await em.findOne(Mailbox, { name: account.name }))
    const out = await wayOut(em, now)
    return {
      supportAddress: config.supportAddress,
      listener: config.smtpListen && nameOf(config.smtpListen),
      mailboxName: account?.name ?? null,
      mailbox,
      isSilent: mailbox?.trouble === null && mailbox.isOut(now),
      workers: await countWorkers(em),
      lastReceivedAt: await lastReceivedAt(em),
      outgoing: { ...out, ...serverOf(config) },
      undecided,
      oldestUndecidedAt: undecided > 0 ? new Date(now.getTime() - oldestMailSeconds * 1000) : null,
      unsent: out.unsent,
      failed: outgoing.FAILED ?? 0,
    }
  }
}

/** By what a mail server is known; never user and password. */
const serverOf = ({ smtpUrl, mailFrom, dkim }: Config): Pick<OutgoingMail, 'server' | 'sender' | 'signedBy'> => ({
  server: smtpUrl && new URL(smtpUrl).host,
  sender: mailFrom.address,
  signedBy: dkim?.domain ?? null,
})

async function lastReceivedAt(em: EntityManager): Promise<Date | null> {
  const [last] = await em.execute<{ at: string }[]>(
    'select received_at as at from incoming_mail order by received_at desc, id desc limit 1',
  )
  return last ? new Date(last.at) : null
}
