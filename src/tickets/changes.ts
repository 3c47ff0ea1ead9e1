// Keeping a copy of the tickets without a gap. Transactions do not end in the order in which they begin, so no moment and
// no counter tells a reader that nothing comes before it any more. Each row bears the number of the transaction that
// changed it last, and PostgreSQL knows the lowest number that is still open: whatever is below it stays as it is, and
// whatever ends later has a higher one.
import { setTimeout as sleep } from 'node:timers/promises'
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

const NEXT_MS = 50
const PATIENCE_MS = 2000

/**
 * For whoever begins to follow the news: waits until every change is settled that was being made before, so that the list has
 * those of them that the news had already. Where one takes long it answers how far the list goes meanwhile, else null.
 */
export async function settledSince(em: EntityManager): Promise<bigint | null> {
  const { next } = await progress(em)
  for (const end = performance.now() + PATIENCE_MS; ; await sleep(NEXT_MS)) {
    const { settled } = await progress(em)
    if (settled >= next) return null
    if (performance.now() > end) return settled
  }
}

/** Below which number all changes are over, and the next one to be given. */
async function progress(em: EntityManager): Promise<{ settled: bigint; next: bigint }> {
  const [found] = await em.execute<[{ settled: string; next: string }]>(
    `select changes_settled()::text as settled, (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + ahead)::text as next
     from change_number`,
  )
  return { settled: BigInt(found.settled), next: BigInt(found.next) }
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
