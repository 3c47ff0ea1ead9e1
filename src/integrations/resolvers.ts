import { TokenResolver } from './token.resolver.ts'
import { WebhookResolver } from './webhook.resolver.ts'
import { WebhookDeliveryFields, WebhookDeliveryResolver } from './webhook-delivery.resolver.ts'

export const integrationResolvers = [
  TokenResolver,
  WebhookResolver,
  WebhookDeliveryResolver,
  WebhookDeliveryFields,
] as const
