// The database of a development machine, on folders of its own.
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { openEmbedded } from '../../src/database/embedded.ts'
import { newFolder } from '../kit/folder.ts'

const root = newFolder('embedded')
const dataDir = join(root, 'var')
mkdirSync(dataDir)
// As /root is: where we are root, PostgreSQL has to be helped past it.
chmodSync(root, 0o700)

const open = (as: string, alone = false) => openEmbedded({ dataDir, as, alone })
const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
const postmaster = () => Number(readFileSync(pidFile, 'utf8').split('\n')[0])

async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
    .query<T>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

const isUp = (url: string) =>
  ask(url, 'select 1').then(
    () => true,
    () => false,
  )

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isTrue()); await sleep(50)) {
    if (Date.now() > end) throw new Error('waited a minute')
  }
}

test('two processes that begin at once make one database; the last one out stops it', async () => {
  const [one, two] = await Promise.all([open('one'), open('two')])
  expect(one.url).toBe(two.url)
  await one.close()
  expect(await isUp(two.url)).toBe(true)
  await two.close()
  expect(await isUp(two.url)).toBe(false)
  expect(() => statSync(pidFile)).toThrow()
})

test('what people write is PostgreSQL 18, in UTF-8, with its own log and a password of its own that only the owner reads (ASVS 13.2.3)', async () => {
  const database = await open('a look')
  const [row] = await ask(
    database.url,
    `select current_setting('server_version_num')::int / 10000 as version, current_setting('fsync') as fsync, lower('ÄÖÜ') as low`,
  )
  expect(row).toEqual({ version: 18, fsync: 'on', low: 'äöü' })
  const file = join(dataDir, 'database.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: database.url })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(dataDir, 'postgres.log')).isFile()).toBe(true)
  await expect(ask(database.url.replace(/:[^:@/]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password')
  await database.close()
})

test('a second `npm start` is told who is first', async () => {
  const first = await open('the first one', true)
  await expect(open('the second one', true)).rejects.toThrow(/already runs on .*the first one.*another DATA_DIR/)
  const beside = await open('a command')
  await beside.close()
  expect(await isUp(first.url)).toBe(true)
  await first.close()
})

test('kill -9 of PostgreSQL: it comes back where it was, with all that was acknowledged', async () => {
  const database = await open('a killed one', true)
  await ask(database.url, 'create table kept (n int)')
  await ask(database.url, 'insert into kept values (1)')
  process.kill(postmaster(), 'SIGKILL')
  await until(() => isUp(database.url))
  expect(await ask(database.url, 'select n from kept')).toEqual([{ n: 1 }])
  await database.close()
  expect(await isUp(database.url)).toBe(false)
})

test('a postmaster.pid that names somebody else is no hindrance', async () => {
  writeFileSync(pidFile, `${process.pid}\n${join(dataDir, 'postgres')}\n1\n1\n\n127.0.0.1\n  1  1\nready\n`)
  const database = await open('after a crash')
  expect(await isUp(database.url)).toBe(true)
  await database.close()
})

test('a database of another version is told in words', async () => {
  const version = join(dataDir, 'postgres', 'PG_VERSION')
  writeFileSync(version, '17\n')
  await expect(open('too old')).rejects.toThrow(/did not start: .*version 17.*postgres\.log/)
  writeFileSync(version, '18\n')
})
