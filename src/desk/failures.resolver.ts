// What was tried as often as it may be and failed: an admin sees why, puts it right and has it run again.
import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { failedJobs, runFailed } from '../jobs/failed.ts'
import { globalId } from '../lib/ids.ts'
import { failedMails, sendAgain } from '../outbox/send-again.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { idOf } from '../people/person.ts'
import { Administration } from './administration.resolver.ts'

/** As many as somebody looks through; what comes after them is reached by running these again. */
const MOST = 100

@ObjectType({ description: 'A job that was tried as often as it may be.' })
class FailedJob {
  @Field(() => ID, { description: 'Its number in the queue.' }) id!: string
  @Field(() => String, { description: 'What it does, such as `file-mail`.' }) name!: string
  @Field(() => Int, { description: 'How often it was tried.' }) attempts!: number
  @Field(() => Date, { description: 'When it failed last.' }) failedAt!: Date
  @Field(() => String, { nullable: true, description: 'Why, in the words of the program.' }) error!: string | null
}

@ObjectType({ description: 'A mail of ours that was given up.' })
class FailedMail {
  @Field(() => ID, { description: 'Opaque; for `sendMailAgain`.' }) id!: string
  @Field(() => String, { description: 'What it tells, such as `receipt`.' }) template!: string
  @Field(() => String, { description: 'To whom.' }) recipient!: string
  @Field(() => Int, { description: 'How often it was tried.' }) attempts!: number
  @Field(() => Date, { description: 'When it was written.' }) createdAt!: Date
  @Field(() => String, { nullable: true, description: 'Why it did not go, in the words of the mail server.' })
  error!: string | null
}

@InputType({ description: 'What `runJobAgain` takes.' })
class RunJobAgainInput {
  @Field(() => ID, { nullable: true, description: 'The id of one; without it, all that failed.' }) job?: string | null
}

@InputType({ description: 'What `sendMailAgain` takes.' })
class SendMailAgainInput {
  @Field(() => ID, { nullable: true, description: 'The id of one; without it, all that failed.' }) mail?: string | null
}

@ObjectType({ description: 'What `runJobAgain` answers.' })
class RunJobAgainPayload extends Payload {
  @Field(() => Int, { nullable: true, description: 'How many jobs run again.' }) count?: number
}

@ObjectType({ description: 'What `sendMailAgain` answers.' })
class SendMailAgainPayload extends Payload {
  @Field(() => Int, { nullable: true, description: 'How many mails go again.' }) count?: number
}

@Resolver(() => Administration)
export class FailuresResolver {
  @FieldResolver(() => [FailedJob], { description: `Jobs that failed for good, newest first; at most ${MOST}.` })
  async failedJobs(@Ctx() { em }: Context): Promise<FailedJob[]> {
    const rows = await failedJobs(em, MOST)
    return rows.map(({ failedAt, ...row }) => ({ ...row, failedAt: new Date(failedAt) }))
  }

  @FieldResolver(() => [FailedMail], { description: `Mails that were given up, newest first; at most ${MOST}.` })
  async failedMails(@Ctx() { em }: Context): Promise<FailedMail[]> {
    const mails = await failedMails(em, MOST)
    return mails.map(({ id, template, recipient, attempts, createdAt, lastError }) => ({
      id: globalId('OutboxMail', id),
      template,
      recipient,
      attempts,
      createdAt,
      error: lastError,
    }))
  }

  @Authorized('admin')
  @Mutation(() => RunJobAgainPayload, { description: 'Runs jobs again that failed for good. For admins.' })
  async runJobAgain(
    @Arg('input', () => RunJobAgainInput) { job = null }: RunJobAgainInput,
    @Ctx() context: Context,
  ): Promise<RunJobAgainPayload> {
    if (job !== null && !/^\d{1,18}$/.test(job)) throw new Refusal('NOT_FOUND')
    const count = await runFailed(context.em, job)
    if (job !== null && count === 0) throw new Refusal('NOT_FOUND')
    if (count > 0) recordAct(context, AdminEventType.RUN_AGAIN, { about: `jobs: ${count}` })
    return { count }
  }

  @Authorized('admin')
  @Mutation(() => SendMailAgainPayload, { description: 'Sends mails again that were given up. For admins.' })
  async sendMailAgain(
    @Arg('input', () => SendMailAgainInput) { mail = null }: SendMailAgainInput,
    @Ctx() context: Context,
  ): Promise<SendMailAgainPayload> {
    const id = mail === null ? null : idOf(mail, 'OutboxMail')
    const count = await sendAgain(context.em, id)
    if (id !== null && count === 0) throw new Refusal('NOT_FOUND')
    if (count > 0) recordAct(context, AdminEventType.RUN_AGAIN, { about: `mails: ${count}` })
    return { count }
  }
}
