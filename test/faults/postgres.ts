// A PostgreSQL that answers, but not as one would wish.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Mend } from './list.ts'
import type { Stage } from './stage.ts'

const OURS = 'faults'
/** PostgreSQL allows 100 unless told otherwise. */
const MOST = 200

async function connected(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: OURS })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Takes each connection that is free, and then those of the portal. */
export async function outOfConnections({ databaseUrl }: Stage): Promise<Mend> {
  const held: pg.Client[] = [await connected(databaseUrl)]
  let isTaking = true
  const take = async () => {
    while (isTaking && held.length < MOST) {
      const next = await connected(databaseUrl).catch(() => null)
      if (next) held.push(next)
      else await cutOthers()
    }
  }
  const cutOthers = async () => {
    await held[0]?.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> $1`,
      [OURS],
    )
    await sleep(20)
  }
  const taking = [take(), take(), take()]
  return async () => {
    isTaking = false
    await Promise.all(taking)
    await Promise.all(held.map(client => client.end()))
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
