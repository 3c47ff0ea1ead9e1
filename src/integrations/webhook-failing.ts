// A webhook whose user is gone would be tried for ever, and what it is told kept for nobody.
import type { EntityManager } from '@mikro-orm/postgresql'
import { enqueueMail } from '../outbox/enqueue.ts'
import { AdminEvent, AdminEventType } from '../people/admin-event.ts'
import { Role, User } from '../people/user.ts'
import type { Webhook } from './webhook.ts'
import { DEAD_DAYS } from './webhook-patience.ts'

/** Notes that something did not arrive; after days without anything that did, switches the webhook off and tells the admins, once. */
export async function switchOffWhereDead(em: EntityManager, webhook: Webhook, now: Date): Promise<void> {
  await em.transactional(async inner => {
    const [after] = await inner.execute<{ is_active: boolean }[]>(
      `update webhook set failing_since = coalesce(failing_since, ?), is_active = failing_since is null or failing_since > ?
       where id = ? and is_active returning is_active`,
      [now, new Date(now.getTime() - DEAD_DAYS * DAY), webhook.id],
    )
    if (after?.is_active) return
    await giveUp(inner, webhook) // also what failed while it was being switched off
    if (!after) return
    inner.persist(new AdminEvent(AdminEventType.WEBHOOK_SWITCHED_OFF, null, { about: nameOf(webhook) }, now))
    for (const admin of await inner.find(User, { role: Role.ADMIN, disabledAt: null, confirmedAt: { $ne: null } }))
      await enqueueMail(inner, 'webhook-off', admin, { webhook: webhook.id }, now)
  })
}

/** What waits is not sent any more, unless an admin sends it again. */
export async function giveUp(em: EntityManager, { id }: Webhook): Promise<void> {
  await em.execute(`update webhook_delivery set state = 'FAILED' where webhook_id = ? and state = 'DUE'`, [id])
}

/** Paths and queries of such addresses are often secrets: logs and mails name the host alone. */
export const nameOf = ({ url }: Pick<Webhook, 'url'>): string => new URL(url).host

const DAY = 86_400_000
