// plaindesk restore <file>: what a backup holds, into an empty place.
import type pg from 'pg'
import type { Manifest } from '../backup/manifest.ts'
import { checkPlace } from '../backup/place.ts'
import { checkArchive, readBackup } from '../backup/read-backup.ts'
import { secretMark } from '../backup/secret-mark.ts'
import type { Config } from '../config.ts'
import { connect } from '../database/connect.ts'
import { migrateInTurn, takeTurn } from '../database/migrate.ts'
import { openDatabase } from '../database/open.ts'
import { markFinished, markUnfinished, unfinished } from '../database/unfinished-restore.ts'
import { createFileStore, type FileStore } from '../files/store.ts'
import { createLog } from '../log.ts'
import { brokenOff } from './broken-off.ts'
import { progressBar } from './progress.ts'

/**
 * First the whole archive is checked, then the place; then the database is migrated to the archive's schema, filled in one
 * transaction with the files before its end, and migrated to this version's.
 */
export async function restore(config: Config, path: string, stopping: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const progress = await progressBar()
  stack.defer(() => progress.end())
  const manifest = await checkArchive(path, { progress, stopping })
  const database = await openDatabase(config, { as: `plaindesk restore, process ${process.pid}`, alone: true })
  stack.defer(() => database.close())
  const client = await connect(stack, database.url, 'restore')
  await takeTurn(client)
  const files = await createFileStore(config)
  if (await checkPlace(client, files, manifest))
    process.stderr.write('An earlier restore was not finished; this one begins anew.\n')
  await mark(client, manifest)
  try {
    await migrateInTurn(database.url, createLog(config), manifest.migrations)
    const jobs = await fill(client, files, path, { progress, stopping })
    await migrateInTurn(database.url, createLog(config))
    await client.query('analyze')
    progress.end()
    process.stdout.write(await report(client, manifest, jobs, config))
  } catch (error) {
    progress.end()
    process.stderr.write('The restore is not finished; nothing starts on this database until it was run again.\n')
    throw brokenOff(error, 'It was broken off')
  }
}

async function mark(client: pg.Client, { id, createdAt }: Manifest): Promise<void> {
  await client.query('begin')
  await client.query(markUnfinished)
  await client.query(unfinished, [id, createdAt])
  await client.query('commit')
}

/** Says how many jobs wait. */
async function fill(
  client: pg.Client,
  files: FileStore,
  path: string,
  reading: Parameters<typeof checkArchive>[1],
): Promise<number> {
  await files.dropDrafts(new Date(Date.now() + 60_000)) // of a restore that was killed
  await client.query('begin')
  await client.query('set local statement_timeout = 0')
  await client.query('set local idle_in_transaction_session_timeout = 0')
  const jobs = await readBackup(path, client, files, reading)
  await client.query(markFinished)
  await client.query('commit')
  return jobs
}

async function report(client: pg.Client, manifest: Manifest, jobs: number, config: Config): Promise<string> {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  const { rows: mails } = await client.query(`select count(*)::int as due from outbox_mail where state = 'DUE'`)
  const lines = [
    `Restored ${rows} rows and ${manifest.files.count} files as of ${manifest.createdAt}. Everybody has to log in again.`,
    `${mails[0].due} mails and ${jobs} jobs were waiting: they go on as soon as a worker starts.`,
  ]
  if (manifest.secret !== secretMark(config.sessionSecret))
    lines.push(
      'SESSION_SECRET is another one than that of the backup: links in mails that were sent are dead, second factors have to be set up anew, and webhooks sign with other secrets. Set the old one before anybody comes in, if you have it.',
    )
  return `${lines.join('\n')}\n`
}
