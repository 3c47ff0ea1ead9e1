import { pathToFileURL } from 'node:url'
import { hash } from '@node-rs/argon2'
import { migrate } from '../../src/database/migrate.ts'
import { openOrm } from '../../src/database/orm.ts'
import { createFileStore } from '../../src/files/store.ts'
import { createLog } from '../../src/log.ts'
import { seedCast } from '../../src/seeds/cast.ts'
import { password } from './cast.ts'

/**
 * Migrates a database and fills it with the cast and its tickets; their files go below `files`. A hash says itself what it
 * costs: theirs next to nothing, since thousands of log-ins prove nothing by being slow.
 */
export async function seedTemplate(url: string, files: string): Promise<void> {
  const log = createLog({ logLevel: process.env.TEST_LOG ?? 'silent' })
  await migrate(url, log)
  const orm = await openOrm(url, log, { name: 'plaindesk template' })
  await seedCast({ orm, files: await createFileStore({ storageUrl: pathToFileURL(files).href }) }, new Date())
  const cheap = await hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 })
  await orm.em.execute('update person set password_hash = ? where password_hash is not null', [cheap])
  await orm.close()
}
