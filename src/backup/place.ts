// Where a backup is restored to: a database and a file store in which nothing is.
import type pg from 'pg'
import { asking } from '../database/migrate.ts'
import { schemaState } from '../database/schema-state.ts'
import { unfinishedRestore } from '../database/unfinished-restore.ts'
import type { FileStore } from '../files/store.ts'
import { identifier } from '../lib/identifier.ts'
import { Trouble } from '../lib/trouble.ts'
import { type Manifest, newer } from './manifest.ts'
import { isKept, tables } from './tables.ts'

/** What migrations write into a new database, and what a restore writes. Whoever made a category is a person in it. */
const ofItself = ['category', 'change_number', 'unfinished_restore']

/** Refuses a place with anything in it, and one whose schema is further than the archive's. Says whether a restore was begun here. */
export async function checkPlace(client: pg.Client, files: FileStore, manifest: Manifest): Promise<boolean> {
  const ask = asking(client)
  const begun = await unfinishedRestore(ask)
  const { done, pending, unknown } = await schemaState(ask)
  const known = [...done, ...pending]
  if (manifest.migrations.some(name => !known.includes(name))) throw new Trouble(newer(manifest.version))
  await refuseFilled(client, done.length > 0)
  if (!begun && !(await files.isEmpty()))
    throw new Trouble(
      'There are files in the file store: a restore takes an empty one, so that nothing is mixed. Set STORAGE_URL (or DATA_DIR) to another.',
    )
  const further = done.filter(name => !manifest.migrations.includes(name))
  if (further.length > 0 || unknown.length > 0)
    throw new Trouble(
      `The database is empty, but its schema is newer than the archive's (${[...further, ...unknown].join(', ')}): ` +
        'make it anew, without "plaindesk migrate". The restore brings it to the schema of this version.',
    )
  return begun !== null
}

/** Refuses a database in which there are rows, or tables of somebody else. */
export async function refuseFilled(client: pg.Client, isOurs = true): Promise<void> {
  const filled: string[] = []
  for (const { name } of (await tables(client)).filter(({ name }) => isKept(name) && !ofItself.includes(name))) {
    const { rowCount } = await client.query(`select from ${identifier(name)} limit 1`)
    if (rowCount || !isOurs) filled.push(name)
  }
  if (filled.length === 0) return
  const shown = filled.slice(0, 3).join(', ') + (filled.length > 3 ? ' …' : '')
  throw new Trouble(
    `The database is not empty (${shown}): a restore takes an empty one, so that nothing is lost or mixed. ` +
      'Make a new one, and set DATABASE_URL (or DATA_DIR) to it.',
  )
}
