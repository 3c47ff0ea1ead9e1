// Keeping a copy of the tickets without a gap. Transactions do not end in the order in which they begin, so no moment and
// no counter tells a reader that nothing comes before it any more. Each row bears the number of the transaction that
// changed it last, and PostgreSQL knows the lowest number that is still open: whatever is below it stays as it is, and
// whatever ends later has a higher one.
import type { EntityManager } from '@mikro-orm/postgresql'
import { type Condition, condition } from '../graph/condition.ts'
import type { Added } from '../graph/reading.ts'
import { isStaff, type Viewer } from '../people/viewer.ts'

/** The transaction of the last change that the viewer sees: a note is none for customers (§8: no cursor includes a note). */
export const changeOf = (viewer: Viewer): { column: string; property: string } =>
  isStaff(viewer) ? { column: 'touched_in', property: 'touchedIn' } : { column: 'updated_in', property: 'updatedIn' }

/** Of the changes those before which none can come any more. */
export const settled = (viewer: Viewer): Condition =>
  condition(`t.${changeOf(viewer).column} < (select changes_settled())`)

/** For reading tickets with their place among the changes; as text, because it may be more than a number of JavaScript holds. */
export function withChange(viewer: Viewer): Added {
  const { column, property } = changeOf(viewer)
  return { [property]: `t.${column}::text` }
}

/** Changes that readers saw and a restored backup does not have: their numbers are not given again. */
const LOST_AT_MOST = 2 ** 32

/**
 * A database that was moved to another server by its dump counts transactions anew, from lower numbers than its rows bear:
 * then what is added to them grows. To be called before anything is written; where nothing was moved it changes nothing.
 */
export async function goOnCounting(em: EntityManager): Promise<void> {
  await em.execute(
    `update change_number set ahead = last + 1 + ? - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
       from (select max(touched_in) as last from ticket) t
       where last > pg_snapshot_xmax(pg_current_snapshot())::text::bigint + ahead`,
    [LOST_AT_MOST],
  )
}
