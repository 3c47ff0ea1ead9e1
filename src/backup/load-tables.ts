// The rows of a backup into the empty tables of a place, in the transaction that the caller has begun.
import type pg from 'pg'
import { identifier } from '../lib/identifier.ts'
import { Trouble } from '../lib/trouble.ts'
import { type CopyIn, copyIn } from './copy-in.ts'
import { loadJobs, newJobs } from './load-jobs.ts'
import type { Manifest, Table } from './manifest.ts'
import { refuseFilled } from './place.ts'
import { suspendRules } from './suspend-rules.ts'
import { isKept, tables } from './tables.ts'

export interface Loading {
  /** More rows of a table; those of one table come one after the other. */
  rows(table: string, content: AsyncIterable<Buffer>): Promise<void>
  jobs(content: AsyncIterable<Buffer>): Promise<void>
  /** After the last row: rules and triggers hold again, and numbers go on. Says how many jobs wait. */
  finish(): Promise<number>
}

/** Nobody else reads or writes these tables from here until the transaction ends. */
export async function loadTables(client: pg.Client, { tables: saved, sequences }: Manifest): Promise<Loading> {
  const here = (await tables(client)).filter(({ name }) => isKept(name) && name !== 'unfinished_restore')
  const wanted = saved.filter(table => fits(table, here))
  const rules = await suspendRules(
    client,
    here.map(({ name }) => name),
  )
  await refuseFilled(client)
  await client.query(`truncate ${here.map(({ name }) => identifier(name))}`)
  await newJobs(client)
  let current: { table: string; copy: CopyIn } | null = null

  async function into(table: string, sql: string, content: AsyncIterable<Buffer>): Promise<void> {
    if (current?.table !== table) {
      await endCurrent()
      current = { table, copy: copyIn(client, sql) }
    }
    await current.copy.write(content)
  }

  async function endCurrent(): Promise<void> {
    const ended = current
    current = null
    const rows = await ended?.copy.end()
    const expected = wanted.find(({ name }) => name === ended?.table)?.rows
    if (expected !== undefined && rows !== expected)
      throw new Error(`${ended?.table} has ${rows} rows instead of ${expected}`)
  }

  return {
    async rows(name, content) {
      const table = wanted.find(each => each.name === name)
      if (table) await into(name, `copy ${identifier(name)} (${table.columns.map(identifier)}) from stdin`, content)
    },
    jobs: content => into('', 'copy restored_job (job) from stdin', content),
    async finish() {
      await endCurrent()
      await rules.resume()
      for (const { name, value, isCalled } of sequences)
        await client.query('select setval(to_regclass($1), $2, $3)', [identifier(name), value, isCalled])
      return loadJobs(client)
    },
  }
}

/** A table that no migration of ours made is somebody else's, and is left out. */
function fits({ name, columns }: Table, here: readonly Omit<Table, 'rows'>[]): boolean {
  const found = here.find(table => table.name === name)
  if (!found) return false
  const missing = columns.filter(column => !found.columns.includes(column))
  if (missing.length > 0) throw new Trouble(`The archive has columns that are unknown here: ${name} (${missing}).`)
  return true
}
