// Two machines are told to migrate at the same time. Each has to end well, but for one that dies on the way; nothing that was
// there may be missing then, and the schema has to be whole.
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { migrationsFolder } from '../../mikro-orm.config.ts'
import { migrateInTurn } from '../../src/database/migrate.ts'
import { createLog } from '../../src/log.ts'
import { fill, type Ids, shapes } from '../database/filling.ts'
import { cloneDatabase, type TestDatabase } from '../kit/database.ts'
import { settings } from '../kit/settings.ts'
import { begin, end } from '../operation/command.ts'
import type { Mend, Tally } from './list.ts'
import type { Stage } from './stage.ts'

const names = readdirSync(migrationsFolder)
  .filter(name => name.endsWith('.ts'))
  .map(name => basename(name, '.ts'))
  .sort()
const log = createLog({ logLevel: 'silent' })
/** The schema that they find is at most so many migrations old. */
const OLDEST = 12
const ROWS = 3

export async function twoMigrations(stage: Stage, random: () => number, tally: Tally): Promise<Mend> {
  const database = await cloneDatabase(stage.databaseUrl, await templateOn(stage.databaseUrl))
  const from = names.slice(0, names.length - 1 - Math.floor(random() * OLDEST))
  await migrateInTurn(database.url, log, from)
  const before = await counts(database)
  const env = settings(stage.url, database.url, stage.dir)
  const both = [begin(['migrate'], env), begin(['migrate'], env)] as const
  const ended = both.map(end)
  const dying = random() < 0.5 ? both[0] : null
  if (dying) {
    await Promise.race([sleep(1000 + random() * 4000), once(dying, 'exit')])
    dying.kill('SIGKILL')
  }
  return async () => {
    const outcomes = await Promise.all(ended)
    for (const [at, { code, err }] of outcomes.entries())
      if (code !== 0 && both[at] !== dying) tally.lost.push(`migrate from ${from.at(-1)} ended with ${code}: ${err}`)
    await compare(database, before, tally)
    await database.drop()
  }
}

const templates = new Map<string, Promise<string>>()

/** Made once on each server: the oldest schema that is tried, with rows in it. */
export function templateOn(server: string): Promise<string> {
  const template = templates.get(server) ?? makeTemplate(server)
  templates.set(server, template)
  return template
}

async function makeTemplate(server: string): Promise<string> {
  const database = await cloneDatabase(server, null)
  const ids: Ids = new Map()
  const write = async (row: number) => fill(database.sql, await shapes(database.sql), row, ids)
  await migrateInTurn(database.url, log, names.slice(0, 1))
  for (let row = 1; row <= ROWS; row++) await write(row) // links between two of a kind need older ones
  await migrateInTurn(database.url, log, names.slice(0, -OLDEST))
  for (let row = 1; row <= ROWS; row++) await write(ROWS + row)
  await database.disconnect()
  return database.name
}

async function compare(database: TestDatabase, before: Map<string, number>, tally: Tally): Promise<void> {
  const after = await counts(database)
  for (const [table, count] of before) {
    tally.acknowledged += count
    const now = after.get(table) ?? 0
    if (now < count) tally.lost.push(`${count - now} of ${count} rows of ${table}`)
  }
  const done = await database.sql<{ name: string; times: string }>(
    'select name, count(*) as times from mikro_orm_migrations group by name',
  )
  for (const name of names) if (!done.some(each => each.name === name)) tally.lost.push(`the migration ${name}`)
  for (const { name, times } of done) if (times !== '1') tally.doubled.push(`the migration ${name} ran ${times} times`)
}

async function counts({ sql }: TestDatabase): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const { table } of await shapes(sql)) {
    const [row] = await sql<{ count: number }>(`select count(*)::int as count from "${table}"`)
    found.set(table, row?.count ?? 0)
  }
  return found
}
