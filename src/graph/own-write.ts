import { prepared } from '../database/prepared.ts'
import type { Context } from './context.ts'

// Whether a crash of the server forgets it is all the same: no standby follows a primary that is away.
const note = prepared<{ position: string }>(
  'own write',
  `with calm as (select set_config('synchronous_commit', 'off', true))
   insert into own_write as w (user_id, position) select ?::uuid, pg_current_wal_insert_lsn() from calm
   on conflict (user_id) do update set position = greatest(w.position, excluded.position)
   returning position::text`,
)

/**
 * After the commit of a mutation: up to where the person has to see the database from now on, by whichever door they come
 * next. Whoever reads from replicas waits for it, or is answered by the primary. Nothing where there are no replicas.
 */
export async function noteOwnWrite(context: Context): Promise<void> {
  const { em, viewer, config } = context
  if (config.databaseReplicaUrls.length === 0 || !viewer.user) return
  try {
    const [row] = await note(em, [viewer.user.id])
    context.wroteUpTo = row?.position ?? null
  } catch {
    // Whoever closed their account has no row; and where the database just went away, what was done stays done.
  }
}
