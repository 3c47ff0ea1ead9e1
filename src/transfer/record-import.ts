import type pg from 'pg'
import { newId } from '../lib/ids.ts'
import { AdminEventType } from '../people/admin-event.ts'

/** The line of the admin log, in the import's own transaction; `about` is where it came from. */
export async function recordImport(
  client: pg.Client,
  about: string,
  now: Date,
  what: string | null = null,
): Promise<void> {
  await client.query('insert into admin_event (id, type, about, "to", created_at) values ($1, $2, $3, $4, $5)', [
    newId(),
    AdminEventType.IMPORTED,
    about,
    what,
    now,
  ])
}
