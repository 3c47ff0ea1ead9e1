// product §7, loops: whoever sends mail after mail, such as another desk's responder, soon gets no receipts any more.
// Tickets of the form are not counted and always get theirs (V9).
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'

const HOUR = 3_600_000

/**
 * Whether a request that came by mail may be acknowledged to `address`: at most RECEIPTS_PER_HOUR, and 1 for the same subject.
 * Counts it; rolled back with the transaction. Counts of several processes add up, each row by one statement.
 */
export async function mayReceipt(
  em: EntityManager,
  { receiptsPerHour }: Pick<Config, 'receiptsPerHour'>,
  address: string,
  subject: string,
  now: Date,
): Promise<boolean> {
  // In this order in every transaction, so that two never wait for each other.
  const same = await count(em, `receipt-subject ${address} ${bareSubject(subject)}`, now)
  if (same > 1) return false
  return (await count(em, `receipt ${address}`, now)) <= receiptsPerHour
}

/** One more under a key, since its hour began. In the table of the rate limits, whose old rows a job removes. */
async function count(em: EntityManager, key: string, now: Date): Promise<number> {
  const [row] = await em.execute<{ points: number }[]>(
    `insert into rate_limit as r (key, points, expire) values (left(?, 500), 1, ?)
     on conflict (key) do update set
       points = case when r.expire > ? then r.points + 1 else 1 end,
       expire = case when r.expire > ? then r.expire else excluded.expire end
     returning points`,
    [key, now.getTime() + HOUR, now.getTime(), now.getTime()],
  )
  return row?.points ?? 1
}

// Two desks that answer each other add their own ticket's number and one more "Re:" each time.
const TOKEN = /\[[^\][\d]*\d[^\][]*\]/g
const PREFIX =
  /^(?:(?:re|aw|antw?|sv|vs|wg|fwd?|tr|rv|ref?|rif|odp|res|enc|ynt|atb|回复|答复|转发|自动回复|auto|automatic reply|automatische antwort)\s*(?:\[\d+\]\s*)?[:：]\s*)+/iu

/** A key's worth of it is enough. */
const LONGEST = 500

/** What of a subject stays the same when it goes to and fro. */
export const bareSubject = (subject: string): string =>
  subject
    .slice(0, LONGEST)
    .normalize('NFKC')
    .replace(TOKEN, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(PREFIX, '')
    .toLowerCase()
