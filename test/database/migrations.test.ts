import { pathToFileURL } from 'node:url'
import { expect, inject, test } from 'vitest'
import { migrate } from '../../src/database/migrate.ts'
import { openOrm } from '../../src/database/orm.ts'
import { createLog } from '../../src/log.ts'
import { cloneDatabase } from '../kit/database.ts'
import { world } from '../world.ts'

const { plaindesk, sql } = await world()

test('entities and migrations do not differ', async () => {
  expect((await plaindesk.orm.schema.getUpdateSchemaSQL()).replace(/^set names .*$/gm, '').trim()).toBe('')
})

test('an empty database is migrated once; two processes at once do it one after the other', async () => {
  const empty = await cloneDatabase(inject('ground').server, null)
  try {
    const log = createLog(plaindesk.config)
    const [one, two] = await Promise.all([migrate(empty.url, log), migrate(empty.url, log)])
    expect([one.length, two.length].sort()).toEqual([0, Math.max(one.length, two.length)])
    expect(Math.max(one.length, two.length)).toBeGreaterThan(0)
    const orm = await openOrm(empty.url, log, { name: 'test', connections: 1 })
    expect((await orm.schema.getUpdateSchemaSQL()).replace(/^set names .*$/gm, '').trim()).toBe('')
    await orm.close()
  } finally {
    await empty.drop()
  }
})

test('every foreign key has an index that begins with it, or is on a table that does not grow', async () => {
  const missing = await sql(`
    select conrelid::regclass::text || '.' || a.attname as column
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace
      and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])
    order by 1`)
  // Asked only when a person, category or message is erased, which no page does.
  const rare = ['membership.put_back_by_id', 'ticket_event.actor_id']
  expect(missing.map(row => row.column)).toEqual(rare)
})

test('every column says whether it may be empty for a reason: no text has both null and empty for “nothing”', async () => {
  const open = await sql(`select table_name || '.' || column_name as column from information_schema.columns
    where table_schema = 'public' and is_nullable = 'YES' and column_name in ('subject', 'text', 'name', 'email', 'filename') order by 1`)
  expect(open.map(row => row.column)).toEqual(['one_time_link.email'])
})

test('the migrations run forward only', async () => {
  const { readdirSync } = await import('node:fs')
  const { migrationsFolder } = await import('../../mikro-orm.config.ts')
  for (const file of readdirSync(migrationsFolder).filter(name => name.endsWith('.ts'))) {
    const { default: Migration } = await import(pathToFileURL(`${migrationsFolder}/${file}`).href)
    expect(Object.hasOwn(Migration.prototype, 'down'), file).toBe(false)
  }
})
