import { LockMode } from '@mikro-orm/postgresql'
import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { entityOf } from '../graph/things.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { idOf } from '../people/person.ts'
import { signedIn } from '../people/viewer.ts'
import { Ticket } from '../tickets/ticket.ts'
import { addFileJob } from './add-file-job.ts'
import { identityOf, originalOf } from './identity.ts'
import { IncomingMail, MailOutcome } from './incoming-mail.ts'

@InputType({ description: 'Which incoming mail.' })
export class RetryMailInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of the incoming mail.' }) mail!: string
}
@InputType({ description: 'Which incoming mail.' })
export class DismissMailInput extends RetryMailInput {}
@InputType({ description: 'Which incoming mail, and where it belongs.' })
export class AcceptMailInput extends RetryMailInput {
  @Field(() => Int, {
    nullable: true,
    description: 'The ticket that it is put on; without it, the one it answers, else a new one.',
  })
  number?: number | null
}

@ObjectType({ description: 'The mail as it is now.' })
export class DecideMailPayload extends Payload {
  @Field(() => IncomingMail, { nullable: true, description: 'The mail.' }) mail?: IncomingMail | null
}
@ObjectType({ description: 'The mail, which is tried again now.' })
export class RetryMailPayload extends DecideMailPayload {}
@ObjectType({ description: 'The mail, which is filed now.' })
export class AcceptMailPayload extends DecideMailPayload {}
@ObjectType({ description: 'The mail, put aside for good.' })
export class DismissMailPayload extends DecideMailPayload {}

@Resolver()
export class DecideMailResolver {
  @Authorized('agent')
  @Mutation(() => RetryMailPayload, { description: 'Tries again what was held or refused, by the same rules.' })
  async retryMail(
    @Arg('input', () => RetryMailInput) { mail: id }: RetryMailInput,
    @Ctx() context: Context,
  ): Promise<RetryMailPayload> {
    const mail = await openMail(context, id)
    if (!(await reclaim(context, mail))) return { mail }
    mail.verdict = null
    mail.proof = null
    await fileAgain(context, mail)
    return { mail }
  }

  @Authorized('agent')
  @Mutation(() => AcceptMailPayload, {
    description:
      'Lets a mail in by the word of an agent: its sender takes part in the ticket it goes to, or opens one.',
  })
  async acceptMail(
    @Arg('input', () => AcceptMailInput) { mail: id, number }: AcceptMailInput,
    @Ctx() context: Context,
  ): Promise<AcceptMailPayload> {
    const mail = await openMail(context, id)
    if (mail.fromAddress === null) throw new Refusal('INVALID_EMAIL', 'mail')
    mail.chosenTicket = number ? await context.em.findOne(Ticket, { number }) : null
    if (number && !mail.chosenTicket) throw new Refusal('NOT_FOUND', 'number')
    mail.acceptedBy = entityOf(context.em, signedIn(context.viewer))
    await reclaim(context, mail) // a second copy, too, is let in where an agent says so
    recordAct(context, AdminEventType.MAIL_ACCEPTED, { about: mail.fromAddress })
    await fileAgain(context, mail)
    return { mail }
  }

  @Authorized('agent')
  @Mutation(() => DismissMailPayload, { description: 'Puts a held mail aside for good; it stays in the ledger.' })
  async dismissMail(
    @Arg('input', () => DismissMailInput) { mail: id }: DismissMailInput,
    @Ctx() context: Context,
  ): Promise<DismissMailPayload> {
    const mail = await openMail(context, id)
    mail.outcome = MailOutcome.REFUSED
    mail.reason = 'DISMISSED'
    mail.handledAt = context.now
    return { mail }
  }
}

/** Locked, so that of two agents one decides. What is on a ticket already is not decided again. */
async function openMail({ em }: Context, id: string): Promise<IncomingMail> {
  const mail = await em.findOne(IncomingMail, idOf(id, 'IncomingMail'), { lockMode: LockMode.PESSIMISTIC_WRITE })
  if (!mail?.isOpenToDecide) throw new Refusal('NOT_FOUND')
  return mail
}

/** What was refused is known by its Message-ID again, or it could be filed twice. False: another copy of it is there. */
async function reclaim({ em }: Context, mail: IncomingMail): Promise<boolean> {
  const identity = identityOf(mail)
  const isFirst = (await originalOf(em, identity, mail)) === null
  if (isFirst) mail.identity = identity
  return isFirst
}

async function fileAgain({ em }: Context, mail: IncomingMail): Promise<void> {
  mail.outcome = null
  mail.reason = null
  mail.handledAt = null
  await em.flush()
  await addFileJob(em, mail)
}
