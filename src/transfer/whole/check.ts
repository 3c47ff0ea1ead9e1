// What is looked at before anything is written: is the export whole, is it of a schema we know, is there room for it.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import type pg from 'pg'
import { asking } from '../../database/migrate.ts'
import { migrationsDone } from '../../database/schema-state.ts'
import { Trouble } from '../../lib/trouble.ts'
import { linesIn } from '../lines.ts'
import { fileOf, linesOf, type Manifest } from './manifest.ts'
import { readStored } from './stored-lines.ts'

/** Refuses an export of another schema, or one whose lines are not as they were written. */
export async function checkExport(client: pg.Client, folder: string, manifest: Manifest): Promise<void> {
  const known = new Set(await migrationsDone(asking(client)))
  const unknown = manifest.migrations.filter(name => !known.has(name))
  if (unknown.length > 0)
    throw new Trouble(`The export is of a newer Plaindesk (${unknown.join(', ')}): update this one first.`)
  for (const table of manifest.tables) {
    const path = linesOf(folder, table)
    const hash = createHash('sha256')
    if (!existsSync(path)) throw new Trouble(`${path} is missing.`)
    for await (const chunk of createReadStream(path)) hash.update(chunk)
    if (hash.digest('hex') !== table.sha256)
      throw new Trouble(`${path} is not as it was written: its checksum differs.`)
  }
}

/** The files that rows speak of and the folder does not have, without those that were gone already. */
export async function missingFiles(folder: string, manifest: Manifest): Promise<string[]> {
  const damaged = new Set(manifest.damaged)
  const missing: string[] = []
  for (const table of manifest.tables) {
    if (!table.columns.includes('storage_key')) continue
    for await (const { text } of linesIn(linesOf(folder, table))) {
      const stored = readStored(text)
      if (stored.storage_key === null || damaged.has(stored.sha256)) continue
      if (!existsSync(fileOf(folder, stored.sha256))) missing.push(stored.sha256)
    }
  }
  return missing
}

/** Nobody and no ticket is there: only then can rows keep their ids and numbers. */
export async function isEmpty(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ used: boolean }>(
    'select exists (select from person) or exists (select from ticket) or exists (select from incoming_mail) as used',
  )
  return rows[0]?.used === false
}
