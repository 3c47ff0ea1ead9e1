// A ledger of incoming mail as long as the archive: each ticket of the bulk data that came by mail has its line.
import type pg from 'pg'

/** Once for a ground that is kept. One in a hundred waits for a decision. */
export async function receiveMails(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query(`select from incoming_mail where sha256 = 'bench' limit 1`)
  if (rowCount) return
  await client.query(`
insert into incoming_mail (id, door, envelope, received_at, size, sha256, from_address, from_name, subject, excerpt, outcome, reason, proof, match,
  ticket_id, attempts, handled_at)
select gen_random_uuid(), 'SMTP', '{"from": null, "to": []}', t.created_at, 4000, 'bench', p.email, p.name, t.subject, t.subject,
  (case when is_held then 'HELD' else 'CREATED' end)::mail_outcome, case when is_held then 'NOT_PROVEN' end, (case when is_held then 'NONE' else 'AUTHENTICATED' end)::mail_proof,
  null, case when not is_held then t.id end, 1, t.created_at
from (select *, number % 100 = 0 as is_held from ticket where channel = 'EMAIL') t
join person p on p.id = t.requester_id where p.email like '%@bulk.example'
order by t.created_at`)
  await client.query('vacuum (analyze) incoming_mail')
}
