// plaindesk backup <file|->: database and files as they are at one moment, in one archive, while everything runs.
import { open, rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import type pg from 'pg'
import { secretMark } from '../backup/secret-mark.ts'
import { takeSnapshot } from '../backup/snapshot.ts'
import { writeArchive } from '../backup/write-archive.ts'
import { type Written, writeBackup } from '../backup/write-backup.ts'
import type { Config } from '../config.ts'
import { connect } from '../database/connect.ts'
import { refuseUnknown } from '../database/migrate.ts'
import { openDatabase } from '../database/open.ts'
import { createFileStore } from '../files/store.ts'
import { Trouble } from '../lib/trouble.ts'
import { brokenOff } from './broken-off.ts'
import { progressBar } from './progress.ts'
import { version } from './version.ts'

/** Writes the archive to a new file that only its owner may read, or to standard output. */
export async function backup(config: Config, path: string, stopping: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  if (path === '-' && process.stdout.isTTY)
    throw new Trouble('The archive is nothing to look at: name a file, or pipe it on.')
  const database = await openDatabase(config, { as: `plaindesk backup, process ${process.pid}` })
  stack.defer(() => database.close())
  const client = await connect(stack, database.url, 'backup')
  const files = await createFileStore(config)
  await refuseUnknown(client)
  const snapshot = await takeSnapshot(client)
  const target =
    path === '-' ? { stream: process.stdout as Writable, done: async () => {} } : await draftOf(path, stack)
  const progress = await progressBar()
  stack.defer(() => progress.end())
  const written = await writeBackup(writeArchive(target.stream), {
    snapshot,
    files,
    version: await version(),
    secret: secretMark(config.sessionSecret),
    progress,
    stopping,
  }).catch(error => {
    throw brokenOff(error, 'The backup was broken off, and what there is of it is worth nothing')
  })
  await target.done()
  progress.end()
  // What was deleted while we wrote is as it should be; the snapshot does not tell.
  await client.query('commit')
  const lost = await stillKnown(client, written.gone)
  process.stderr.write(report(written, lost))
}

/** The file gets its name when it lies on the disk whole. */
async function draftOf(path: string, stack: AsyncDisposableStack) {
  const draft = `${path}.part`
  const refused = (error: NodeJS.ErrnoException) => {
    throw new Trouble(`The archive cannot be written to ${path}: ${error.message}.`)
  }
  const taken = await open(path, 'r').catch(() => null)
  await taken?.close()
  if (taken) throw new Trouble(`There is a file ${path} already; a backup replaces none.`)
  const file = await open(draft, 'w', 0o600).catch(refused)
  stack.defer(() => rm(draft, { force: true }))
  return {
    stream: file.createWriteStream({ flush: true }),
    done: () => rename(draft, path).catch(refused),
  }
}

async function stillKnown(client: pg.Client, keys: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ key: string }>(
    `select storage_key as key from attachment where storage_key = any($1) and scan <> 'INFECTED'
     union select storage_key from incoming_mail where storage_key = any($1)`,
    [keys],
  )
  return rows.map(({ key }) => key)
}

function report({ manifest, changed }: Written, lost: readonly string[]): string {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  const lines = [`Saved ${rows} rows and ${manifest.files.count} files as of ${manifest.createdAt}.`]
  if (lost.length > 0) lines.push(`Missing in the file store, though rows tell of them: ${lost.join(', ')}`)
  if (changed.length > 0) lines.push(`Not what was once stored, and saved as they are now: ${changed.join(', ')}`)
  return `${lines.join('\n')}\n`
}
