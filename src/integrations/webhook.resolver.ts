import { Arg, Authorized, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { confirmAct } from '../people/staff.ts'
import { seesWebhooks, webhookById } from './find-webhook.ts'
import { Webhook, WebhookEvent } from './webhook.ts'
import { checkedAddress } from './webhook-address.ts'
import { giveUp, nameOf } from './webhook-failing.ts'
import { newNonce, secretOf } from './webhook-secret.ts'

const CURRENT_PASSWORD = "The admin's own password; needed in a browser, not with an API token."
const URL_LENGTH = 2000
/** Each is one row more, and one post more, for whatever happens. */
const MOST = 20
/** Both secrets sign for so long after an exchange. */
const OVERLAP_MS = 86_400_000

@InputType({ description: 'What `createWebhook` takes.' })
class CreateWebhookInput extends Repeatable {
  @Field(() => String, { description: 'Where to: `https:`, on the public internet.' }) @Line(URL_LENGTH) url!: string
  @Field(() => [WebhookEvent], { description: 'What it is to be told of.' }) events!: WebhookEvent[]
  @Field(() => String, { nullable: true, description: CURRENT_PASSWORD }) currentPassword?: string | null
}

@InputType({ description: 'What is left out stays as it is.' })
class UpdateWebhookInput {
  @Field(() => ID, { description: 'Global id of the webhook.' }) webhook!: string
  @Field(() => String, {
    nullable: true,
    description: 'Where events are posted from now on: an https address that is public.',
  })
  @Line(URL_LENGTH)
  url?: string | null
  @Field(() => [WebhookEvent], { nullable: true, description: 'What it is to be told of.' })
  events?: WebhookEvent[] | null
  @Field(() => Boolean, {
    nullable: true,
    description: 'False switches it off, and gives up what waits; true switches it on again.',
  })
  isActive?: boolean | null
  @Field(() => String, { nullable: true, description: CURRENT_PASSWORD }) currentPassword?: string | null
}

@InputType({ description: 'What `rotateWebhookSecret` takes.' })
class RotateWebhookSecretInput extends Repeatable {
  @Field(() => ID, { description: 'Global id of the webhook.' }) webhook!: string
  @Field(() => String, { nullable: true, description: CURRENT_PASSWORD }) currentPassword?: string | null
}

@InputType({ description: 'What `removeWebhook` takes.' })
class RemoveWebhookInput {
  @Field(() => ID, { description: 'Global id of the webhook.' }) webhook!: string
  @Field(() => String, { nullable: true, description: CURRENT_PASSWORD }) currentPassword?: string | null
}

@ObjectType({ description: 'What `createWebhook` answers.' })
class CreateWebhookPayload extends Payload {
  @Field(() => Webhook, { nullable: true, description: 'The webhook.' }) webhook?: Webhook
  @Field(() => String, { nullable: true, description: 'What its events are signed with, told this once.' })
  secret?: string
}

@ObjectType({ description: 'What `updateWebhook` answers.' })
class UpdateWebhookPayload extends Payload {
  @Field(() => Webhook, { nullable: true, description: 'The webhook.' }) webhook?: Webhook
}

@ObjectType({ description: 'What `rotateWebhookSecret` answers.' })
class RotateWebhookSecretPayload extends Payload {
  @Field(() => Webhook, { nullable: true, description: 'The webhook.' }) webhook?: Webhook
  @Field(() => String, { nullable: true, description: 'Its new secret, told this once.' }) secret?: string
}

@ObjectType({ description: 'What `removeWebhook` answers.' })
class RemoveWebhookPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The one that is gone.' }) webhook?: string
}

@Resolver(() => Webhook)
export class WebhookResolver {
  @Authorized('admin')
  @Query(() => [Webhook], { description: 'All webhooks, oldest first. For admins.' })
  webhooks(@Ctx() { em }: Context): Promise<Webhook[]> {
    return em.find(Webhook, {}, { orderBy: { createdAt: 'asc', id: 'asc' }, limit: MOST })
  }

  @Authorized('admin')
  @Mutation(() => CreateWebhookPayload, { description: 'Has a program told what happens. For admins.' })
  async createWebhook(
    @Arg('input', () => CreateWebhookInput) input: CreateWebhookInput,
    @Ctx() context: Context,
  ): Promise<CreateWebhookPayload> {
    const { em, config, now } = context
    const url = checkedAddress(input.url, config)
    const events = checkedEvents(input.events)
    await confirmAct(context, input.currentPassword)
    if ((await em.count(Webhook)) >= MOST) throw new Refusal('TOO_MANY_WEBHOOKS', null, { max: MOST })
    const webhook = new Webhook(url, events, newNonce(), now)
    em.persist(webhook)
    recordAct(context, AdminEventType.WEBHOOK_SAVED, { about: nameOf(webhook), to: events.join(', ') })
    return { webhook, secret: secretOf(webhook, config.sessionSecret) }
  }

  @Authorized('admin')
  @Mutation(() => UpdateWebhookPayload, { description: 'Changes a webhook, or switches it off or on. For admins.' })
  async updateWebhook(
    @Arg('input', () => UpdateWebhookInput) input: UpdateWebhookInput,
    @Ctx() context: Context,
  ): Promise<UpdateWebhookPayload> {
    const { em, config } = context
    const webhook = await webhookById(em, input.webhook)
    const url = input.url == null ? webhook.url : checkedAddress(input.url, config)
    const events = input.events == null ? webhook.events : checkedEvents(input.events)
    const isActive = input.isActive ?? webhook.isActive
    await confirmAct(context, input.currentPassword)
    Object.assign(webhook, { url, events })
    if (webhook.isActive && !isActive) await giveUp(em, webhook)
    webhook.switchOn(isActive)
    const to = isActive ? events.join(', ') : 'off'
    recordAct(context, AdminEventType.WEBHOOK_SAVED, { about: nameOf(webhook), to })
    return { webhook }
  }

  @Authorized('admin')
  @Mutation(() => RotateWebhookSecretPayload, {
    description: 'Makes a new secret; for a day the one before signs as well. For admins.',
  })
  async rotateWebhookSecret(
    @Arg('input', () => RotateWebhookSecretInput) input: RotateWebhookSecretInput,
    @Ctx() context: Context,
  ): Promise<RotateWebhookSecretPayload> {
    const { em, config, now } = context
    const webhook = await webhookById(em, input.webhook)
    await confirmAct(context, input.currentPassword)
    webhook.exchange(newNonce(), new Date(now.getTime() + OVERLAP_MS))
    recordAct(context, AdminEventType.WEBHOOK_SECRET_MADE, { about: nameOf(webhook) })
    return { webhook, secret: secretOf(webhook, config.sessionSecret) }
  }

  @Authorized('admin')
  @Mutation(() => RemoveWebhookPayload, { description: 'Removes a webhook with its deliveries. For admins.' })
  async removeWebhook(
    @Arg('input', () => RemoveWebhookInput) input: RemoveWebhookInput,
    @Ctx() context: Context,
  ): Promise<RemoveWebhookPayload> {
    const { em } = context
    const webhook = await webhookById(em, input.webhook)
    await confirmAct(context, input.currentPassword)
    em.remove(webhook)
    recordAct(context, AdminEventType.WEBHOOK_REMOVED, { about: nameOf(webhook) })
    return { webhook: webhook.globalId }
  }
}

function checkedEvents(events: readonly WebhookEvent[]): WebhookEvent[] {
  if (events.length === 0) throw new Refusal('REQUIRED', 'events')
  return [...new Set(events)]
}

registerNode('Webhook', async ({ em, viewer }, id) => (seesWebhooks(viewer) ? em.findOne(Webhook, id) : null))
