import type { EntityManager } from '@mikro-orm/postgresql'
import { newId } from '../lib/ids.ts'
import { addBulkJob } from './add-bulk-job.ts'
import type { BulkChange } from './bulk-change.ts'

/** Writes a bulk change with its tickets as they stand now, and the job that works them off. */
export async function beginBulkChange(em: EntityManager, bulk: BulkChange, tickets: readonly string[]): Promise<void> {
  em.persist(bulk)
  await em.flush()
  const rows = tickets.map((ticket, position) => ({ id: newId(), ticket, position }))
  await em.execute(
    `insert into bulk_change_ticket (id, bulk_change_id, ticket_id, position, before)
     select r.id, ?, t.id, r.position, jsonb_build_object(
       'status', t.status, 'priority', t.priority, 'assignee', t.assignee_id, 'category', t.category_id, 'tags', t.tags,
       'unansweredSince', t.unanswered_since, 'doneAt', t.done_at, 'closedAt', t.closed_at)
     from jsonb_to_recordset(?::jsonb) as r(id uuid, ticket uuid, position int) join ticket t on t.id = r.ticket
     order by t.id`, // as the job locks them: two at once wait for each other, and not in a circle
    [bulk.id, JSON.stringify(rows)],
  )
  await addBulkJob(em, bulk.id)
}
