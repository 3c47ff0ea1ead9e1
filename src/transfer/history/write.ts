// Rows into the tables: one statement a table and batch, whatever the number of rows.
import type pg from 'pg'
import type { Rows } from './rows.ts'

const columns = {
  message: 'id, ticket_id, author_id, text, html_part, visibility, channel, created_at',
  ticket_event: 'id, ticket_id, type, actor_id, "from", "to", created_at',
  ticket_participant: 'ticket_id, user_id',
  attachment: 'id, message_id, uploader_id, filename, content_type, size, sha256, storage_key, scan, created_at',
  imported: 'key, row_id',
}

/** Inside the caller's transaction: nobody is told, and the search has its words. Answers the numbers of new tickets. */
export async function writeRows(client: pg.Client, rows: Rows, hasScanner: boolean): Promise<Map<string, number>> {
  await client.query(`select set_config('plaindesk.history', 'on', true), set_config('plaindesk.words', 'on', true)`)
  const numbers = await writeTickets(client, rows)
  await insert(client, 'message', rows.messages)
  await insert(client, 'ticket_event', rows.events)
  await insert(client, 'ticket_participant', rows.participants)
  await insert(client, 'attachment', rows.attachments)
  await insert(client, 'imported', rows.imported)
  if (hasScanner) await scanLater(client, rows)
  return numbers
}

/** Tickets that were there before have more messages now. */
export async function growTickets(client: pg.Client, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await client.query(grow, [ids, now])
  await client.query('select search_rebuild(id) from unnest($1::uuid[]) id', [ids])
}

async function insert(client: pg.Client, table: keyof typeof columns, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return
  await client.query(
    `insert into ${table} (${columns[table]}) select ${columns[table]} from json_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  )
}

async function writeTickets(client: pg.Client, { tickets, messages, attachments }: Rows): Promise<Map<string, number>> {
  if (tickets.length === 0) return new Map()
  const values = [tickets, messages, attachments].map(rows => JSON.stringify(rows))
  const { rows } = await client.query<{ id: string; number: number }>(insertTickets, values)
  return new Map(rows.map(({ id, number }) => [id, number]))
}

/** The requester's address counts as proven: the operator vouches for what the other system knew. */
const insertTickets = `
with told as materialized (
  select m.ticket_id, m.visibility, m.created_at, search_words(m.text) as words
    from json_populate_recordset(null::message, $2) m
  union all
  select m.ticket_id, m.visibility, m.created_at, search_filename(a.filename)
    from json_populate_recordset(null::attachment, $3) a
    join json_populate_recordset(null::message, $2) m on m.id = a.message_id
),
words as (
  select ticket_id, search_sum(words) filter (where visibility = 'PUBLIC') as open,
    search_sum(words) filter (where visibility = 'INTERNAL') as notes
  from told group by ticket_id
),
given as (
  select t.*, coalesce(t.number, nextval('ticket_number')::int) as own_number
  from json_populate_recordset(null::ticket, $1) t
)
insert into ticket (id, number, subject, status, channel, priority, category_id, requester_id, assignee_id, organization_id,
  tags, requester_proven, is_private, created_at, updated_at, touched_at, first_response_at, done_at, closed_at,
  unanswered_since, last_message_at, follow_up_of_id, search_public, search_notes)
select t.id, t.own_number, t.subject, t.status, t.channel, t.priority, t.category_id, t.requester_id, t.assignee_id, t.organization_id,
  t.tags, true, t.is_private, t.created_at, t.updated_at, t.touched_at, t.first_response_at, t.done_at, t.closed_at,
  t.unanswered_since, t.last_message_at, t.follow_up_of_id,
  search_join(search_head(t.own_number, t.subject, t.requester_id), coalesce(w.open, '')),
  search_join(search_address(t.requester_id), coalesce(w.notes, ''))
from given t left join words w on w.ticket_id = t.id
returning id, number`

const grow = `
update ticket t set touched_at = $2,
  last_message_at = greatest(t.last_message_at, m.last), updated_at = greatest(t.updated_at, m.last),
  first_response_at = least(t.first_response_at, m.first_of_team)
from (
  select m.ticket_id, max(m.created_at) filter (where m.visibility = 'PUBLIC') as last,
    min(m.created_at) filter (where m.visibility = 'PUBLIC' and p.role <> 'CUSTOMER') as first_of_team
  from message m left join person p on p.id = m.author_id where m.ticket_id = any($1) group by m.ticket_id
) m where t.id = m.ticket_id`

async function scanLater(client: pg.Client, { attachments }: Rows): Promise<void> {
  await client.query(
    `select graphile_worker.add_job('scan-attachment', json_build_object('attachment', a.id), max_attempts => 480)
     from json_populate_recordset(null::attachment, $1) a where a.scan = 'PENDING'`,
    [JSON.stringify(attachments)],
  )
}
