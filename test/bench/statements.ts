// How many statements a request makes, read from PostgreSQL's own log.
import { readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'

const bracket = /^(?:begin|commit|rollback|savepoint|release|start transaction|set )/i

/** The statements that the server was asked for during `work`, transactions' brackets apart. */
export async function statementsDuring(
  client: pg.Client,
  log: string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  await setting(client, 'all')
  const from = statSync(log).size
  await work()
  await sleep(100) // the log is written by another process
  const text = readFileSync(log).subarray(from).toString()
  await setting(client, 'none')
  const statements = text.matchAll(/LOG: {2}(?:execute [^:]*|statement): ([\s\S]*?)(?=\n\d{4}-\d\d-\d\d |$)/g)
  return [...statements]
    .map(([, statement = '']) => statement.trim())
    .filter(each => !bracket.test(each) && !own.test(each))
}

const own = /pg_reload_conf|alter system/

async function setting(client: pg.Client, value: string): Promise<void> {
  await client.query(`alter system set log_statement = '${value}'`)
  await client.query('select pg_reload_conf()')
  await sleep(200)
}
