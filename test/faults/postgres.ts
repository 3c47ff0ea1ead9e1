// A PostgreSQL that answers, but not as one would wish.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Mend } from './list.ts'
import type { Stage } from './stage.ts'

const OURS = 'faults'
/** Of the 100 that PostgreSQL allows unless told otherwise, so many are not the portal's. */
const USUAL = 30
const MOST = 200

async function connected(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: OURS })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Takes each connection that is free, and then those of the portal, faster than it comes back for them. */
export async function outOfConnections({ databaseUrl }: Stage): Promise<Mend> {
  const cutter = await connected(databaseUrl)
  const held: pg.Client[] = []
  const full = Promise.withResolvers<void>()
  let isTaking = true
  const take = async () => {
    while (isTaking && held.length < MOST) {
      const next = await connected(databaseUrl).catch(() => null)
      if (next) held.push(next)
      else await sleep(5)
    }
  }
  const cut = async () => {
    while (isTaking) {
      const { rowCount } = await cutter.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> $1`,
        [OURS],
      )
      if (rowCount === 0) full.resolve()
      await sleep(50)
    }
  }
  const taking = [take(), take(), take(), take()]
  while (held.length < USUAL) await sleep(20)
  taking.push(cut())
  await full.promise
  return async () => {
    isTaking = false
    await Promise.all(taking)
    await Promise.all([cutter, ...held].map(client => client.end()))
  }
}

/** As on a standby, or when somebody protects the disk's last bytes. */
export async function readOnly({ databaseUrl }: Stage): Promise<Mend> {
  const client = await connected(databaseUrl)
  await client.query('alter system set default_transaction_read_only = on')
  await client.query('select pg_reload_conf()')
  return async () => {
    await client.query('alter system reset default_transaction_read_only')
    await client.query('select pg_reload_conf()')
    await client.end()
  }
}
