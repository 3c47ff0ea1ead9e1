import { globalId } from '../lib/ids.ts'
import type { WebhookDelivery, WebhookFacts } from './webhook-delivery.ts'

const types: Partial<Record<keyof WebhookFacts, string>> = {
  ticket: 'Ticket',
  message: 'Message',
  membership: 'Membership',
  user: 'User',
}

type Told = Pick<WebhookDelivery, 'event' | 'happenedAt' | 'facts' | 'changes' | 'since'>

/**
 * What is posted: ids, what changed and where to read on, never a text or a name, since whoever may read those asks the
 * API. The same at every try.
 */
export function bodyOf({ event, happenedAt, facts, changes, since }: Told): string {
  const ids = Object.entries(facts).map(([name, value]) => [name, outside(name, value)])
  return JSON.stringify({
    type: event,
    timestamp: happenedAt.toISOString(),
    data: {
      ...Object.fromEntries(ids),
      ...(changes.length > 0 && { changes }),
      // For `tickets(filter: { updatedSince })`: this ticket and whatever changed after it.
      ...(since && { cursor: since.toISOString() }),
    },
  })
}

function outside(name: string, value: unknown): unknown {
  const type: unknown = Reflect.get(types, name)
  return typeof type === 'string' && typeof value === 'string' ? globalId(type, value) : value
}
