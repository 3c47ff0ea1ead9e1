// Everything out of one portal and into an empty one: field by field the same.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Envelope } from '../../src/inbox/door.ts'
import { receiveNow } from '../../src/inbox/receive-now.ts'
import { leftOut, workedOut } from '../../src/transfer/whole/tables.ts'
import { people } from '../kit/cast.ts'
import { newFolder } from '../kit/folder.ts'
import { world } from '../world.ts'
import { fillEmptyTables } from './fill.ts'
import { emptyPortal, type Portal, portalOn } from './portal.ts'

const { plaindesk, url, sql, settled, rest } = await world({ MAIL_AUTH: 'off' })
const source = portalOn(url, plaindesk.config.databaseUrl ?? '', plaindesk.config.dataDir, sql)
const target = await emptyPortal()
const to = join(newFolder('transfer'), 'whole')

/** In another file store it lies elsewhere; that the bytes are the same is looked at. */
const places = ['attachment.storage_key', 'incoming_mail.storage_key']

const tablesIn = async (portal: Pick<Portal, 'sql'>) =>
  (
    await portal.sql<{ name: string }>(
      `select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace order by 1`,
    )
  ).map(({ name }) => name)

async function rowsOf(portal: Pick<Portal, 'sql'>, table: string): Promise<string[]> {
  const columns = await portal.sql<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = current_schema() and table_name = $1
       and is_generated = 'NEVER' order by column_name`,
    [table],
  )
  const compared = columns
    .map(({ name }) => name)
    .filter(name => ![...Object.keys(workedOut), ...places].includes(`${table}.${name}`))
  const rows = await portal.sql<{ line: string }>(
    `select row_to_json(r)::text as line from (select ${compared.map(name => `"${name}"`).join(', ')} from "${table}") r`,
  )
  return rows.map(({ line }) => line).sort()
}

async function bytesOf(portal: Portal, key: string): Promise<Buffer> {
  return readFile(join(portal.dataDir, 'files', key))
}

beforeAll(async () => {
  const mail = (id: string, words: string) =>
    Buffer.from(`From: ${people.bo.email}\r\nMessage-ID: <${id}@x>\r\nSubject: By mail\r\n\r\n${words}\r\n`)
  const envelope: Envelope = { door: 'COMMAND', from: null, to: [], client: null }
  await receiveNow(plaindesk, mail('one', 'Grüße'), envelope)
  await receiveNow(plaindesk, mail('one', 'Grüße'), envelope)
  await receiveNow(plaindesk, Buffer.alloc(0), envelope)
  await settled()
  await rest()
  await sql(
    `update ticket t set follow_up_of_id = o.id, merged_into_id = o.id from (select id from ticket order by id desc limit 1) o
     where t.id = (select id from ticket order by id limit 1)`,
  )
  await fillEmptyTables(
    sql,
    (await tablesIn(source)).filter(name => !(name in leftOut)),
  )
  expect(await source.run(['export', '--with-secrets', to])).toMatchObject({ code: 0, err: '' })
}, 60_000)

describe('issue 5, in and out: a whole export in an empty portal', () => {
  test('what is left out is known, and why', () => {
    expect(Object.keys(leftOut).sort()).toEqual([
      'change_number',
      'idempotency_key',
      'import_progress',
      'mikro_orm_migrations',
      'own_write',
      'rate_limit',
      'session',
      'ticket_look',
    ])
    expect(Object.keys(workedOut)).toEqual([
      'ticket.search_public',
      'ticket.search_notes',
      'ticket.touched_in',
      'ticket.updated_in',
    ])
  })

  test('a dry run says that it is whole, and writes nothing', async () => {
    const { code, out } = await target.run(['import', '--dry-run', to])
    expect(out).toMatch(/^The export of .* is whole and would be brought in: \d+ tickets/)
    expect(code).toBe(0)
    expect(await rowsOf(target, 'person')).toEqual([])
    expect(await rowsOf(target, 'import_progress')).toEqual([])
  })

  test('one whose lines were changed is refused', async () => {
    const path = join(to, 'person.jsonl')
    const before = await readFile(path)
    await writeFile(path, before.toString().replace('Ann Albers', 'Ann Elbers'))
    const { code, err } = await target.run(['import', to])
    expect(err).toMatch(/person\.jsonl is not as it was written/)
    expect(code).toBe(1)
    await writeFile(path, before)
  })

  test('every column of every row is the same, and so are the bytes of every file', async () => {
    expect(await target.run(['import', to])).toMatchObject({ code: 0, err: '' })
    const tables = await tablesIn(source)
    expect(await tablesIn(target)).toEqual(tables)
    for (const table of tables) {
      if (table in leftOut) continue
      const [here, there] = await Promise.all([rowsOf(source, table), rowsOf(target, table)])
      expect(here, `${table} has a row to compare`).not.toEqual([])
      if (table === 'admin_event') {
        expect(there.filter(row => !here.includes(row)).map(row => JSON.parse(row).type)).toEqual(['IMPORTED'])
        expect(there).toEqual(expect.arrayContaining(here))
      } else expect(there, table).toEqual(here)
    }
    const stored = `select id, storage_key as key from attachment
      union all select id, storage_key from incoming_mail where storage_key is not null order by id`
    const [here, there] = await Promise.all([source.sql(stored), target.sql(stored)])
    expect(there.map(({ id }) => id)).toEqual(here.map(({ id }) => id))
    for (const [at, { key }] of here.entries()) {
      expect(await bytesOf(target, there[at]?.key)).toEqual(await bytesOf(source, key))
    }
  })

  test('the search finds the same words', async () => {
    const words = `select id, array(select unnest(tsvector_to_array(search_public)) order by 1) as open,
      array(select unnest(tsvector_to_array(search_notes)) order by 1) as notes from ticket order by id`
    expect(await target.sql(words)).toEqual(await source.sql(words))
  })

  test('the next ticket has the next number', async () => {
    const last = 'select last_value from ticket_number'
    expect(await target.sql(last)).toEqual(await source.sql(last))
  })

  test('a second time changes nothing', async () => {
    const events = await rowsOf(target, 'admin_event')
    const { code, out } = await target.run(['import', to])
    expect(out).toMatch(/is in already; nothing was changed/)
    expect(code).toBe(0)
    expect(await rowsOf(target, 'admin_event')).toEqual(events)
  })

  test('nobody is told: no mail, no job, no delivery of a webhook', async () => {
    expect(await target.sql(`select task_identifier from graphile_worker.jobs`)).toEqual([])
    expect(await target.sql(`select from outbox_mail where state = 'DUE'`)).toEqual([])
  })

  test('a portal in which somebody is takes no whole export', async () => {
    const { code, err } = await source.run(['import', to])
    expect(err).toMatch(/an empty Plaindesk only/)
    expect(code).toBe(1)
  })
})

test('issue 5, in and out: what was still to be done waits for somebody, and nothing of it is done by itself', async () => {
  await sql(
    `update outbox_mail set state = 'DUE' where id = (select id from outbox_mail where state = 'SENT' order by id limit 1)`,
  )
  await sql(`update webhook_delivery set state = 'DUE'`)
  await sql(
    `update incoming_mail set outcome = null, handled_at = null where id = (select id from incoming_mail order by id limit 1)`,
  )
  await sql(`update attachment set scan = 'PENDING' where id = (select id from attachment order by id limit 1)`)
  const [again, waiting] = [join(newFolder('transfer'), 'whole'), await emptyPortal()]
  await source.run(['export', again])
  expect(await waiting.run(['import', again])).toMatchObject({ code: 0, err: '' })
  const count = async (what: string) => Number((await waiting.sql(`select count(*) from ${what}`))[0]?.count)
  expect(await count(`outbox_mail where state = 'FAILED'`)).toBe(1)
  expect(await count(`webhook_delivery where state = 'FAILED'`)).toBe(1)
  expect(await count(`incoming_mail where outcome = 'HELD' and reason = 'FAILED'`)).toBe(1)
  expect(await count(`attachment where scan = 'PENDING'`)).toBe(0)
  expect(await count('graphile_worker.jobs')).toBe(0)
})

test('issue 5, in and out: without --with-secrets nobody can log in with what is in the folder', async () => {
  const bare = join(newFolder('transfer'), 'bare')
  expect((await source.run(['export', bare])).code).toBe(0)
  const names = await readdir(bare)
  expect(names).not.toContain('api_token.jsonl')
  expect(names).not.toContain('second_factor.jsonl')
  expect(await readFile(join(bare, 'person.jsonl'), 'utf8')).not.toContain('argon2')
  const events = await source.sql(`select about, "to" from admin_event where type = 'EXPORTED' order by created_at, id`)
  expect(events.at(-1)).toEqual({ about: bare, to: null })
  expect(events[0]).toEqual({ about: to, to: 'with secrets' })
  expect((await source.run(['export', bare])).err).toMatch(/is not empty/)
})
