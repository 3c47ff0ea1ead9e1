import type { EntityManager } from '@mikro-orm/postgresql'
import { Webhook } from './webhook.ts'
import { type KeptAttempt, WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.ts'
import { switchOffWhereDead } from './webhook-failing.ts'
import { triesAgainAt } from './webhook-patience.ts'
import { type Sending, tryOnce } from './webhook-try.ts'

/** So many tickets' events are under way at once; those of one ticket follow each other. */
const WIDTH = 8
/** Then other webhooks have their turn. */
const TURN_MS = 20_000
const ATTEMPTS_KEPT = 40

export interface Deliveries extends Sending {
  fork(): EntityManager
}

/** Sends what is due for one webhook. It may send something twice, where it dies in between, with the same `webhook-id`. */
export async function deliverWebhook(work: Deliveries, id: string): Promise<void> {
  const em = work.fork()
  const webhook = await em.findOne(Webhook, { id, isActive: true })
  if (!webhook) return
  const end = performance.now() + TURN_MS
  for (let due = await dueNow(em, id, work.now); due.length > 0; due = await dueNow(em, id, work.now)) {
    await Promise.all(due.map(delivery => deliver(work, webhook, delivery)))
    if (performance.now() > end) break
  }
  await wakeForNext(em, id, work.now)
}

/** The first of each lane, unless its next try is later. Those of a webhook that was switched off meanwhile wait for nothing. */
async function dueNow(em: EntityManager, id: string, now: Date): Promise<WebhookDelivery[]> {
  const rows = await em.execute<{ id: string }[]>(
    `select d.id from webhook_delivery d join webhook w on w.id = d.webhook_id and w.is_active
     where d.webhook_id = ? and d.state = 'DUE' and d.next_try_at <= ? and not exists (${EARLIER})
     order by d.position limit ${WIDTH}`,
    [id, now],
  )
  return em.fork().find(WebhookDelivery, { id: rows.map(row => row.id) })
}

const EARLIER = `select from webhook_delivery e
  where e.webhook_id = d.webhook_id and e.lane = d.lane and e.state = 'DUE' and e.position < d.position`

async function deliver(work: Deliveries, webhook: Webhook, delivery: WebhookDelivery): Promise<void> {
  const attempt = await tryOnce(webhook, delivery, work)
  const em = work.fork()
  const isDelivered = attempt.error === null
  const nextTryAt = isDelivered ? null : triesAgainAt(delivery.tries, work.now)
  const state = isDelivered ? 'DELIVERED' : nextTryAt ? 'DUE' : 'FAILED'
  await record(em, delivery, attempt, WebhookDeliveryState[state], nextTryAt ?? work.now)
  if (isDelivered)
    await em.execute('update webhook set failing_since = null where id = ? and failing_since is not null', [webhook.id])
  else await switchOffWhereDead(em, webhook, work.now)
}

async function record(
  em: EntityManager,
  { id }: WebhookDelivery,
  attempt: KeptAttempt,
  state: WebhookDeliveryState,
  nextTryAt: Date,
): Promise<void> {
  await em.execute(
    `update webhook_delivery set state = ?::webhook_delivery_state, next_try_at = ?, tries = tries + 1,
       attempts = case when jsonb_array_length(attempts) < ${ATTEMPTS_KEPT} then attempts else attempts - 0 end || ?::jsonb
     where id = ?`,
    [state, nextTryAt, JSON.stringify(attempt), id],
  )
}

/** A job that was added meanwhile is there already, and not put off. */
async function wakeForNext(em: EntityManager, id: string, now: Date): Promise<void> {
  await em.execute(
    `select wake_webhook(?, greatest(min(d.next_try_at) - ?::timestamptz, interval '0'), 'preserve_run_at')
     from webhook_delivery d join webhook w on w.id = d.webhook_id and w.is_active
     where d.webhook_id = ? and d.state = 'DUE' and not exists (${EARLIER})
     having count(*) > 0`,
    [id, now, id],
  )
}
