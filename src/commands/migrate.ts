import type { Config } from '../config.ts'
import { migrate as migrateDatabase } from '../database/migrate.ts'
import { openDatabase } from '../database/open.ts'
import { createLog } from '../log.ts'

/** Brings the database to the schema of this version; run it again and nothing happens. */
export async function migrate(config: Config): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const database = await openDatabase(config, { as: `plaindesk migrate, process ${process.pid}` })
  stack.defer(() => database.close())
  const done = await migrateDatabase(database.url, createLog(config))
  process.stdout.write(done.length > 0 ? `Migrated: ${done.join(', ')}\n` : 'The schema is current.\n')
}
