import { pathToFileURL } from 'node:url'
import { migrate } from '../../src/database/migrate.ts'
import { openOrm } from '../../src/database/orm.ts'
import { createFileStore } from '../../src/files/store.ts'
import { createLog } from '../../src/log.ts'
import { seedCast } from '../../src/seeds/cast.ts'

/** Migrates a database and fills it with the cast and its tickets; their files go below `files`. */
export async function seedTemplate(url: string, files: string): Promise<void> {
  const log = createLog({ logLevel: process.env.TEST_LOG ?? 'silent' })
  await migrate(url, log)
  const orm = await openOrm(url, log, { name: 'plaindesk template' })
  await seedCast({ orm, files: await createFileStore({ storageUrl: pathToFileURL(files).href }) }, new Date())
  await orm.close()
}
