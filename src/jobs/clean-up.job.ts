import type { EntityManager } from '@mikro-orm/postgresql'

const DAY = 86_400_000
/** A link's page tells "expired" from "unknown" for as long as somebody may still find the mail. */
const LINK_GRACE = 90 * DAY
/** An answer tells its ticket by our signed Message-ID, so nothing needs the row of a mail that is gone. */
const MAIL_KEPT = 90 * DAY
/** Two mails that came back years apart do not make a dead address. */
const BOUNCE_REMEMBERED = 180 * DAY
/** So long a change of many tickets can be undone; their histories tell of it for good. */
const BULK_KEPT = 90 * DAY
/** So long an admin can look a webhook's deliveries up and have them sent again. */
const WEBHOOKS_KEPT = 30 * DAY
const BATCH = 5000
/** With each go up to 10,000 rows about its tickets. */
const BULK_BATCH = 10

/** Removes what has had its time: sessions, idempotency keys, counted requests, old links, mails that went. */
export async function cleanUp(em: EntityManager, now: Date): Promise<void> {
  const before = (age: number) => new Date(now.getTime() - age)
  await drop(em, 'session', 'expires_at < ?', now)
  await drop(em, 'idempotency_key', 'created_at < ?', before(DAY))
  await drop(em, 'mail_address', 'blocked_at is null and last_bounced_at < ?', before(BOUNCE_REMEMBERED))
  await drop(em, 'answer_undo', 'created_at < ?', before(DAY))
  await drop(em, 'ticket_look', 'seen_at < ?', before(DAY))
  await drop(em, 'rate_limit', 'expire < ?', now.getTime())
  // V10: an address is invited once, so that it was invited is not forgotten.
  await drop(em, 'one_time_link', "kind <> 'INVITATION' and expires_at < ?", before(LINK_GRACE))
  await drop(em, 'outbox_mail', "state in ('SENT', 'BOUNCED', 'DROPPED') and created_at < ?", before(MAIL_KEPT))
  await drop(em, 'webhook_delivery', "state <> 'DUE' and happened_at < ?", before(WEBHOOKS_KEPT))
  await drop(em, 'bulk_change', 'created_at < ?', before(BULK_KEPT), BULK_BATCH)
}

/** In batches, so that no statement holds many locks or runs into its time limit. */
async function drop(
  em: EntityManager,
  table: string,
  condition: string,
  limit: Date | number,
  size = BATCH,
): Promise<void> {
  const batch = `delete from ${table} where ctid = any(array(select ctid from ${table} where ${condition} limit ${size})) returning 1`
  while ((await em.execute<unknown[]>(batch, [limit])).length === size);
}
