// What became of the mails, as the database says.
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'

const LOOK_MS = 50

/** What other runs left behind counts for nobody's limit, and is not waited for. */
export async function forgetEarlier(client: pg.Client): Promise<void> {
  await client.query(
    "update incoming_mail set received_at = received_at - interval '2 hours' where received_at > now() - interval '2 hours'",
  )
  await client.query('select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))')
}

/** How many mails came since, by outcome; `null` = undecided. */
export async function outcomes(client: pg.Client, since: Date): Promise<Map<string | null, number>> {
  const { rows } = await client.query<{ outcome: string | null; count: number }>(
    'select outcome::text, count(*)::int from incoming_mail where received_at >= $1 group by 1',
    [since],
  )
  return new Map(rows.map(({ outcome, count }) => [outcome, count]))
}

/** Until none waits; throws when one was not put on its ticket. */
export async function allFiled(client: pg.Client, since: Date, count: number): Promise<void> {
  while (await waits(client, 'from incoming_mail where outcome is null')) await sleep(LOOK_MS)
  const found = await outcomes(client, since)
  if (found.get('APPENDED') !== count || found.size !== 1)
    throw new Error(`${count} replies became ${JSON.stringify([...found])}`)
}

/** Until the notices have gone, too. */
export async function allSent(client: pg.Client, since: Date): Promise<void> {
  while (await waits(client, "from outbox_mail where state = 'DUE' and created_at >= $1", [since])) await sleep(LOOK_MS)
}

async function waits(client: pg.Client, rows: string, values: unknown[] = []): Promise<boolean> {
  const { rowCount } = await client.query(`select ${rows} limit 1`, values)
  return rowCount !== 0
}
