import {
  Arg,
  Args,
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
  Root,
} from 'type-graphql'
import { condition } from '../graph/condition.ts'
import { type Connection, connectionOf, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { idOf } from '../people/person.ts'
import { seesWebhooks } from './find-webhook.ts'
import { Webhook } from './webhook.ts'
import { bodyOf } from './webhook-body.ts'
import { WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.ts'

const WebhookDeliveryConnection = connectionOf('WebhookDelivery', WebhookDelivery)
const newestFirst = {
  name: 'happened',
  columns: ['happened_at', 'id'],
  properties: ['happenedAt', 'id'],
  descending: true,
}

@ObjectType({ description: 'One try to deliver an event.' })
class WebhookAttempt {
  @Field(() => Date, { description: 'When it was tried.' }) at!: Date
  @Field(() => Int, { description: 'How long it took.' }) milliseconds!: number
  @Field(() => Int, { nullable: true, description: 'The HTTP status; null = nobody answered.' }) status!: number | null
  @Field(() => String, { nullable: true, description: 'How the answer began.' }) answer!: string | null
  @Field(() => String, { nullable: true, description: 'Why it does not count as delivered; null = it does.' })
  error!: string | null
}

@InputType({ description: 'What `resendDelivery` takes.' })
class ResendDeliveryInput {
  @Field(() => ID, { description: 'Global id of the delivery.' }) delivery!: string
}

@ObjectType({ description: 'What `resendDelivery` answers.' })
class ResendDeliveryPayload extends Payload {
  @Field(() => WebhookDelivery, { nullable: true, description: 'The delivery, which is due again.' })
  delivery?: WebhookDelivery
}

@Resolver(() => Webhook)
export class WebhookDeliveryResolver {
  @FieldResolver(() => WebhookDeliveryConnection, {
    description: 'What it was told of during the last 30 days, and what waits, newest first.',
  })
  deliveries(
    @Root() { id }: Webhook,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em }: Context,
  ): Promise<Connection<WebhookDelivery>> {
    const where = condition('t.webhook_id = ?', id)
    return keysetPage(em, page, { type: WebhookDelivery, where, order: newestFirst, fingerprint: id })
  }

  @Authorized('admin')
  @Mutation(() => ResendDeliveryPayload, {
    description: 'Sends an event again, with the same `webhook-id` and all its tries. For admins.',
  })
  async resendDelivery(
    @Arg('input', () => ResendDeliveryInput) input: ResendDeliveryInput,
    @Ctx() { em, now }: Context,
  ): Promise<ResendDeliveryPayload> {
    const delivery = await em.findOne(WebhookDelivery, idOf(input.delivery, 'WebhookDelivery'), {
      populate: ['webhook'],
    })
    if (!delivery) throw new Refusal('NOT_FOUND')
    if (!delivery.webhook.isActive) throw new Refusal('WEBHOOK_OFF')
    Object.assign(delivery, { state: WebhookDeliveryState.DUE, tries: 0, nextTryAt: now })
    await em.execute(`select wake_webhook(?, interval '0', 'replace')`, [delivery.webhook.id])
    return { delivery }
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryFields {
  @FieldResolver(() => String, { description: 'What is posted, as JSON.' })
  body(@Root() delivery: WebhookDelivery): string {
    return bodyOf(delivery)
  }

  @FieldResolver(() => [WebhookAttempt], { name: 'attempts', description: 'Every try, oldest first; the last 40.' })
  attemptsOf(@Root() { attempts }: WebhookDelivery): WebhookAttempt[] {
    return attempts.map(attempt => ({ ...attempt, at: new Date(attempt.at) }))
  }

  @FieldResolver(() => Date, { name: 'nextTryAt', nullable: true, description: 'Not before; null = there is none.' })
  nextTry(@Root() { state, nextTryAt }: WebhookDelivery): Date | null {
    return state === WebhookDeliveryState.DUE ? nextTryAt : null
  }

  @FieldResolver(() => Webhook, { name: 'webhook', description: 'Who is told.' })
  webhookOf(@Root() { webhook }: WebhookDelivery, @Ctx() { em }: Context): Promise<Webhook> {
    return em.findOneOrFail(Webhook, webhook.id)
  }
}

registerNode('WebhookDelivery', async ({ em, viewer }, id) =>
  seesWebhooks(viewer) ? em.findOne(WebhookDelivery, id) : null,
)
