// What comes after all rows: numbers go on where they were, words are found, and what was still to be done waits for somebody.
import type pg from 'pg'
import type { Manifest } from './manifest.ts'
import type { Position } from './position.ts'

const TICKETS_AT_ONCE = 200

/** The search's words, ticket by ticket in the order of their numbers, on all connections at once. */
export async function readWords(
  client: pg.Client,
  others: readonly pg.Client[],
  position: Position,
  onTickets: (count: number) => void,
): Promise<void> {
  if (await position.isDone('words')) return
  const clients = [client, ...others]
  for (let after = await position.of('words'); ; ) {
    const numbers = await numbersAfter(client, after, clients.length * TICKETS_AT_ONCE)
    const last = numbers.at(-1)
    if (last === undefined) return position.end('words')
    await Promise.all(
      clients.map((each, at) => readSome(each, numbers.slice(at * TICKETS_AT_ONCE, (at + 1) * TICKETS_AT_ONCE))),
    )
    await position.reach('words', last)
    onTickets(numbers.length)
    after = last
  }
}

async function numbersAfter(client: pg.Client, after: number, limit: number): Promise<number[]> {
  const { rows } = await client.query<{ number: number }>(
    'select number from ticket where number > $1 order by number limit $2',
    [after, limit],
  )
  return rows.map(({ number }) => number)
}

async function readSome(client: pg.Client, numbers: readonly number[]): Promise<void> {
  if (numbers.length > 0) await client.query(words, [numbers])
}

const words = `
update ticket t set
  search_public = search_conversation(search_head(t.number, t.subject, t.requester_id), t.id, 'PUBLIC'),
  search_notes = search_conversation(search_address(t.requester_id), t.id, 'INTERNAL')
where t.number = any($1)`

/** The next numbers are those after the last that were given. */
export async function setSequences(client: pg.Client, { sequences }: Manifest): Promise<void> {
  for (const [name, last] of Object.entries(sequences)) {
    const known = await client.query(
      'select from pg_sequences where schemaname = current_schema() and sequencename = $1',
      [name],
    )
    if (known.rowCount) await client.query('select setval($1::regclass, $2::bigint)', [name, last])
  }
}

/**
 * An import sends nothing and tells nobody: what the exporting portal had not done yet may have been done there since. Mails and
 * deliveries of webhooks wait as failed ones for an admin, incoming mails as held ones for an agent. Files that were not
 * scanned yet are scanned here, where there is a scanner.
 */
export async function settleOpenWork(client: pg.Client, hasScanner: boolean): Promise<void> {
  const reason = 'It was still waiting when everything was exported.'
  await client.query(
    `update outbox_mail set state = 'FAILED', last_error = coalesce(last_error, $1) where state = 'DUE'`,
    [reason],
  )
  await client.query(`update webhook_delivery set state = 'FAILED' where state = 'DUE'`)
  await client.query(
    `update incoming_mail set outcome = 'HELD', reason = 'FAILED', last_error = coalesce(last_error, $1), handled_at = now()
     where outcome is null`,
    [reason],
  )
  await client.query(
    hasScanner
      ? `select graphile_worker.add_job('scan-attachment', json_build_object('attachment', id), max_attempts => 480)
         from attachment where scan = 'PENDING'`
      : `update attachment set scan = 'CLEAN' where scan = 'PENDING'`,
  )
}
