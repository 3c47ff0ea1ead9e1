import type { EntityManager } from '@mikro-orm/postgresql'

/** How the mail server of ours fares, by what became of the newest mails. */
export interface WayOut {
  /** When it last took a mail, of those of the last month. */
  lastSentAt: Date | null
  /** What waits to be sent, and since when the oldest of it. */
  unsent: number
  oldestUnsentAt: Date | null
  /** Why the newest of what waits did not go at the last try; null where nothing was tried in vain. */
  trouble: string | null
}

export async function wayOut(em: EntityManager, now: Date): Promise<WayOut> {
  const [found] = await em.execute<[Record<keyof WayOut, string | null>]>(STATE, [now])
  return {
    lastSentAt: found.lastSentAt ? new Date(found.lastSentAt) : null,
    unsent: Number(found.unsent),
    oldestUnsentAt: found.oldestUnsentAt ? new Date(found.oldestUnsentAt) : null,
    trouble: found.trouble,
  }
}

const STATE = `
  with waiting as (select created_at, last_error from outbox_mail where state in ('DUE', 'FAILED') and state = 'DUE')
  select
    (select sent_at from outbox_mail where state = 'SENT' and created_at > ?::timestamptz - interval '30 days'
     order by created_at desc limit 1) as "lastSentAt",
    (select count(*) from waiting) as unsent,
    (select min(created_at) from waiting) as "oldestUnsentAt",
    (select last_error from waiting where last_error is not null order by created_at desc limit 1) as trouble`
