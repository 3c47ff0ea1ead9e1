// plaindesk doctor: whether all that the portal needs is there, and how to mend what is not.
import pg from 'pg'
import type { Config } from '../config.ts'
import { openDatabase } from '../database/open.ts'
import { examine } from '../doctor/examine.ts'
import { type Finding, fail } from '../doctor/finding.ts'
import { wordsOf } from '../lib/error-words.ts'

/** Prints a line for each thing; answers 0 where nothing failed, else 1. `dns` = a server to ask instead of the machine's. */
export async function doctor(config: Config, dns: string | undefined): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const database = await connect(config, stack)
  const isWell = await examine({ config, database, ...(dns ? { dns } : {}) }, tell)
  return isWell ? 0 : 1
}

const tell = (name: string, { grade, words }: Finding): void =>
  void process.stdout.write(`${grade.padEnd(5)} ${name.padEnd(11)} ${words}\n`)

async function connect(config: Config, stack: AsyncDisposableStack): Promise<pg.Client | Finding> {
  try {
    const database = await openDatabase(config, { as: `plaindesk doctor, process ${process.pid}` })
    stack.defer(() => database.close())
    const client = new pg.Client({
      connectionString: database.url,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 10_000,
    })
    client.on('error', () => {}) // the statement that runs fails with it
    await client.connect()
    stack.defer(() => client.end())
    return client
  } catch (error) {
    return fail(`${wordsOf(error)}. Check DATABASE_URL, and that PostgreSQL runs and lets this machine in.`)
  }
}
