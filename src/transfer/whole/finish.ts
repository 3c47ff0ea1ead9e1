// What comes after all rows: numbers go on where they were, words are found, and what was still to be done waits for somebody.
import type pg from 'pg'
import { inTransaction } from '../connect.ts'
import type { Manifest } from './manifest.ts'
import type { Position } from './position.ts'

const TICKETS_AT_ONCE = 200

/** The search's words, ticket by ticket. */
export async function readWords(client: pg.Client, position: Position): Promise<void> {
  if (await position.isDone('words')) return
  for (let after = await position.of('words'); ; ) {
    const last = await inTransaction(client, async () => {
      const { rows } = await client.query<{ last: number | null }>(words, [after, TICKETS_AT_ONCE])
      const reached = rows[0]?.last ?? null
      await (reached === null ? position.end('words') : position.reach('words', reached))
      return reached
    })
    if (last === null) return
    after = last
  }
}

/** As numbers are unique and go up, they tell how far it is. */
const words = `
with next as (select id, number from ticket where number > $1 order by number limit $2),
done as (
  update ticket t set
    search_public = search_conversation(search_head(t.number, t.subject, t.requester_id), t.id, 'PUBLIC'),
    search_notes = search_conversation(search_address(t.requester_id), t.id, 'INTERNAL')
  from next where next.id = t.id)
select max(number) as last from next`

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
