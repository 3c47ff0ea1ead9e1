// A restore writes into several places, which no transaction holds together. While it lasts, and after it was killed, a table
// says so, and nothing starts on half a portal.
import { Trouble } from '../lib/trouble.ts'
import type { Ask } from './schema-state.ts'

const TABLE = 'unfinished_restore'

export interface UnfinishedRestore {
  /** The archive's id. */
  archive: string
  /** When it was written, ISO 8601. */
  from: string
}

export async function unfinishedRestore(ask: Ask): Promise<UnfinishedRestore | null> {
  const [table] = await ask<{ exists: boolean }>(`select to_regclass('${TABLE}') is not null as exists`)
  if (!table?.exists) return null
  const [found] = await ask<UnfinishedRestore>(`select archive, "from" from ${TABLE}`)
  return found ?? null
}

/** Refuses to work on what a restore has left half. */
export async function refuseUnfinished(ask: Ask): Promise<void> {
  const unfinished = await unfinishedRestore(ask)
  if (unfinished)
    throw new Trouble(
      `A restore into this database was not finished (the backup of ${unfinished.from}): ` +
        'run "npx plaindesk restore <file>" again.',
    )
}

export const markUnfinished = `
  create table if not exists ${TABLE} (archive text not null, "from" text not null);
  delete from ${TABLE};`
export const unfinished = `insert into ${TABLE} (archive, "from") values ($1, $2)`
export const markFinished = `drop table ${TABLE}`
