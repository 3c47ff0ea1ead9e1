// Upgrading while people work: what was written on every earlier schema comes through all later migrations whole, programs
// of every earlier schema go on working on the newest, and nobody waits for a large table.
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Migrator } from '@mikro-orm/migrations'
import type { MikroORM } from '@mikro-orm/postgresql'
import { runMigrations } from 'graphile-worker'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { migrationsFolder } from '../../mikro-orm.config.ts'
import { migrateInTurn } from '../../src/database/migrate.ts'
import { openOrm } from '../../src/database/orm.ts'
import { createLog } from '../../src/log.ts'
import { cloneDatabase, type TestDatabase } from '../kit/database.ts'
import { fill, type Ids, type Shape, shapes } from './filling.ts'

const log = createLog({ logLevel: 'silent' })
const names = readdirSync(migrationsFolder)
  .filter(name => name.endsWith('.ts'))
  .map(name => basename(name, '.ts'))
  .sort()

/** Tables that have as many rows as people wrote things. */
const growing =
  'admin_event attachment incoming_mail message one_time_link outbox_mail person ticket ticket_event ticket_participant webhook_delivery'.split(
    ' ',
  )
/** Words of the search, which triggers keep, and what a migration changed on purpose, as `migration table.column`. */
const mayChange = (at: string, table: string, column: string): boolean =>
  column.startsWith('search_') || changedOnPurpose.includes(`${at} ${table}.${column}`)
const changedOnPurpose: string[] = []

type Row = Record<string, unknown>
interface State {
  rows: Map<string, Row[]>
  shapes: Shape[]
  /** Table → the file that it lies in: another one means that all of it was written anew. */
  files: Map<string, number>
}

let database: TestDatabase
let orm: MikroORM
const ids: Ids = new Map()
/** Divisible by whatever number of words an enumeration has: the same words are taken again. */
const AGAIN = 5040
const steps: { at: string; before: State; after: State }[] = []
/** What the program of each schema knows, and which tables it filled with all that it knows. */
const programs: { at: string; shapes: Shape[]; whole: string[] }[] = []

beforeAll(async () => {
  database = await cloneDatabase(inject('ground').server, null)
  orm = await openOrm(database.url, log, { name: 'test', connections: 1, statementSeconds: 0 })
  Migrator.register(orm)
  await runMigrations({ connectionString: database.url })
  for (const [i, at] of names.entries()) {
    const before = await stateOf(database.sql)
    await orm.migrator.up({ migrations: [at] })
    const after = await stateOf(database.sql)
    steps.push({ at, before, after })
    programs.push({ at, shapes: after.shapes, whole: await fill(database.sql, after.shapes, i + 1, ids) })
  }
}, 300_000)
afterAll(async () => {
  await orm.close()
  await database.drop()
})

async function stateOf(sql: TestDatabase['sql']): Promise<State> {
  const known = await shapes(sql)
  const rows = new Map<string, Row[]>()
  for (const { table, columns } of known) {
    const list = columns.map(({ name }) => `"${name}"::text`)
    rows.set(table, await sql(`select ${list} from "${table}"`))
  }
  const files = await sql(`select relname as name, relfilenode as file from pg_class where relkind = 'r'`)
  return { rows, shapes: known, files: new Map(files.map(({ name, file }) => [name, file])) }
}

describe('from every earlier schema', () => {
  test('no row and no value of a row is lost on the way to the newest', async () => {
    for (const { at, before, after } of steps) expect(lost(at, before, after), at).toEqual([])
    const [tickets] = await database.sql('select count(*)::int as n from ticket')
    expect(tickets?.n).toBe(names.length)
  })

  test('what was written then is read by the entities of now', async () => {
    const entities = [...orm.getMetadata().getAll().values()].filter(
      ({ tableName, pivotTable }) => tableName && !pivotTable,
    )
    expect(entities.length).toBeGreaterThan(30)
    for (const { class: entity, className } of entities)
      expect((await orm.em.fork().find(entity, {}, { limit: 100 })).length, className).toBeGreaterThan(0)
  })
})

function lost(at: string, before: State, after: State): string[] {
  const found: string[] = []
  for (const [table, rows] of before.rows) {
    const now = after.rows.get(table) ?? []
    const kept = (row: Row) => (other: Row) =>
      Object.entries(row).every(([column, value]) => mayChange(at, table, column) || other[column] === value)
    found.push(...rows.filter(row => !now.some(kept(row))).map(row => `${table} ${JSON.stringify(row)}`))
  }
  return found
}

describe('a program of an earlier schema on the newest', () => {
  test('its tables, columns and words are there, and none is required that it does not know', () => {
    for (const { at, before, after } of steps) expect(broken(before.shapes, after.shapes), at).toEqual([])
  })

  test('it writes a row into every table as it did, and reads and changes what it wrote', async () => {
    const { sql } = database
    for (const [i, { at, shapes: known, whole }] of programs.entries()) {
      expect(await fill(sql, known, AGAIN + i + 1, ids), at).toEqual(whole)
      for (const { table, columns } of known) {
        const list = columns.map(({ name }) => `"${name}"`)
        expect((await sql(`select ${list} from "${table}" limit 1`)).length, `${at} ${table}`).toBe(1)
        const same = list.map(name => `${name} = ${name}`)
        await sql(`update "${table}" set ${same} where ctid = (select max(ctid) from "${table}")`)
      }
    }
  }, 300_000)
})

function broken(before: readonly Shape[], after: readonly Shape[]): string[] {
  return before.flatMap(({ table, columns }) => {
    const now = after.find(each => each.table === table)?.columns ?? []
    const gone = columns.flatMap(column => {
      const then = now.find(({ name }) => name === column.name)
      if (!then) return [`${table}.${column.name} is gone`]
      const words = (column.labels ?? []).filter(label => !then.labels?.includes(label))
      return [
        ...(then.type === column.type ? [] : [`${table}.${column.name} is ${then.type} instead of ${column.type}`]),
        ...(then.isRequired && !column.isRequired ? [`${table}.${column.name} is required now`] : []),
        ...words.map(word => `${table}.${column.name} is never ${word} any more`),
      ]
    })
    const asked = now.filter(({ name, isRequired }) => isRequired && !columns.some(column => column.name === name))
    return [...gone, ...asked.map(({ name }) => `${table}.${name} is new and has no default`)]
  })
}

describe('nobody waits for a large table', () => {
  test('none is written anew', () => {
    for (const { at, before, after } of steps) {
      const anew = growing.filter(
        table => before.files.has(table) && before.files.get(table) !== after.files.get(table),
      )
      expect(anew, at).toEqual([])
    }
  })

  /** Before the first release there was no portal that had to be kept running. */
  const newer = names.filter(name => name >= '0041')

  test.each(newer)('%s: its indexes and checks are made while others write, and no job of hours is in it', async at => {
    const { default: Made } = await import(pathToFileURL(`${migrationsFolder}/${at}.ts`).href)
    const migration = new Made(orm.em.getDriver(), orm.config)
    await migration.up()
    const known = steps.find(step => step.at === at)?.before.shapes.map(({ table }) => table) ?? []
    const large = `"?(?:${growing.filter(table => known.includes(table)).join('|')})"?\\b`
    const text = migration
      .getQueries()
      .join(';\n')
      .replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''")
      .replace(/--.*$/gm, '')
    const forbidden = {
      'an index that locks the table: "create index concurrently", with isTransactional() false and "drop index concurrently if exists" before it':
        new RegExp(`create (?:unique )?index (?!concurrently)[^;]*? on ${large}`, 'i'),
      'a constraint that reads the whole table: add it "not valid", validate it in a migration of its own': new RegExp(
        `alter table (?:only )?${large}[^;]*add (?:constraint [^;]*?)?(?:check|foreign key)(?![^;]*not valid)`,
        'i',
      ),
      'a column that may not be empty any more: a check "not valid" first': new RegExp(
        `alter table (?:only )?${large}[^;]*set not null`,
        'i',
      ),
      'rows changed all at once: let a job do it in batches': new RegExp(
        `\\b(?:update|delete from) (?:only )?${large}`,
        'i',
      ),
    }
    for (const [why, pattern] of Object.entries(forbidden)) expect(pattern.exec(text)?.[0] ?? null, why).toBe(null)
    if (/concurrently/i.test(text)) expect(migration.isTransactional()).toBe(false)
  })

  test('a migration that finds a table in use gives way to the others and tries again', async () => {
    const busy = await cloneDatabase(inject('ground').server, null)
    const reader = new pg.Client({ connectionString: busy.url })
    try {
      await migrateInTurn(busy.url, log, names.slice(0, 1))
      await reader.connect()
      await reader.query('begin')
      await reader.query('select from message')
      const migrating = migrateInTurn(busy.url, log)
      await expect.poll(() => busy.sql(`select from pg_locks where not granted`), { timeout: 300_000 }).toHaveLength(1)
      // Whoever comes behind the migration waits for it for some seconds, and then passes.
      await busy.sql('select from message')
      await reader.query('commit')
      expect(await migrating).toEqual(names.slice(1))
    } finally {
      await reader.end()
      await busy.drop()
    }
  }, 300_000)
})
