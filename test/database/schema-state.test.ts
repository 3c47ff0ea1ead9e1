// What a process of this version makes of the schema that it finds.
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import type { MikroORM } from '@mikro-orm/postgresql'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { migrationsFolder } from '../../mikro-orm.config.ts'
import { checkSchema, isMigrated } from '../../src/database/migrate.ts'
import { openOrm } from '../../src/database/orm.ts'
import { createLog } from '../../src/log.ts'
import { cloneDatabase, type TestDatabase } from '../kit/database.ts'

const newest = readdirSync(migrationsFolder)
  .filter(name => name.endsWith('.ts'))
  .map(name => basename(name, '.ts'))
  .sort()
  .at(-1)
const log = createLog({ logLevel: 'silent' })
const warn = vi.spyOn(log, 'warn')
let database: TestDatabase
let orm: MikroORM

beforeAll(async () => {
  database = await cloneDatabase(inject('ground').server, inject('ground').template)
  orm = await openOrm(database.url, log, { name: 'test', connections: 1 })
})
afterEach(() => warn.mockClear())
afterAll(async () => {
  warn.mockRestore()
  await orm.close()
  await database.drop()
})

const ran = (name: string) => database.sql('insert into mikro_orm_migrations (name) values ($1)', [name])
const never = (name: string) => database.sql('delete from mikro_orm_migrations where name = $1', [name])

describe('issue 6 Upgrade: a process of this version begins', () => {
  test('on its own schema, without a word', async () => {
    await checkSchema(orm, log)
    expect(warn).not.toHaveBeenCalled()
  })

  test('on that of a later version, with a line in its log', async () => {
    await ran('9999-of-tomorrow')
    await checkSchema(orm, log)
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { migrations: ['9999-of-tomorrow'] },
      expect.stringMatching(/newer than this version/),
    )
    expect(await isMigrated(orm)).toBe(true)
    await never('9999-of-tomorrow')
  })
})

describe('issue 6 Upgrade: a process of this version refuses', () => {
  test('a schema on which something ran before its own that it does not know', async () => {
    await ran('0007-of-a-branch')
    await expect(checkSchema(orm, log)).rejects.toThrow(/newer than this version .*0007-of-a-branch.*update Plaindesk/)
    await never('0007-of-a-branch')
  })

  test('one on which something of its own is missing, whatever else ran', async () => {
    await never(newest ?? '')
    await expect(checkSchema(orm, log)).rejects.toThrow(/older than this version.*npx plaindesk migrate/)
    await ran('9999-of-tomorrow')
    await expect(checkSchema(orm, log)).rejects.toThrow(/newer than this version .*9999-of-tomorrow/)
    expect(await isMigrated(orm)).toBe(false)
  })
})
