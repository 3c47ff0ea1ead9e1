import type { EntityManager } from '@mikro-orm/postgresql'
import { Refusal } from '../graph/refusal.ts'
import { idOf } from '../people/person.ts'
import { isAdmin, type Viewer } from '../people/viewer.ts'
import { scopeHolds } from '../tickets/may.ts'
import { Scope } from './api-token.ts'
import { Webhook } from './webhook.ts'

/** The webhook behind a global id, for operations that only admins may run; NOT_FOUND for anything else. */
export async function webhookById(em: EntityManager, globalId: string): Promise<Webhook> {
  const webhook = await em.findOne(Webhook, idOf(globalId, 'Webhook'))
  if (!webhook) throw new Refusal('NOT_FOUND')
  return webhook
}

/** For `node(id:)`, where no rule of an operation asks. */
export const seesWebhooks = (viewer: Viewer): boolean => isAdmin(viewer) && scopeHolds(viewer, Scope.ADMIN)
