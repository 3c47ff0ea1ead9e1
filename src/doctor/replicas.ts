// Standbys that pages may read from: whether they answer, whether they are such, and how far they are behind.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Config } from '../config.ts'
import { standingOf, troubleOf } from '../database/replica.ts'
import { wordsOf } from '../lib/error-words.ts'
import { type Finding, fail, none, ok, warn } from './finding.ts'

const PAUSE_MS = 50
/** No look takes longer than examine.ts waits for it. */
const LONGEST_LAG_MS = 15_000

interface Look {
  name: string
  look: (primary: pg.Client) => Promise<Finding>
}

/** A look at each replica. It holds the primary's connection as long as the replica is behind. */
export function replicaLooks({ databaseReplicaUrls: urls, replicaLagSeconds }: Config): Look[] {
  if (urls.length === 0) return [{ name: 'Replica', look: async () => none('DATABASE_REPLICA_URL is not set') }]
  const longest = Math.min(replicaLagSeconds * 1000, LONGEST_LAG_MS)
  return urls.map((url, at) => ({
    name: urls.length === 1 ? 'Replica' : `Replica ${at + 1}`,
    look: primary => lookAt(url, longest, primary),
  }))
}

async function lookAt(url: string, longest: number, primary: pg.Client): Promise<Finding> {
  const { host } = new URL(url)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {}) // the statement that runs fails with it
  try {
    await client.connect()
    return await behind(client, longest, primary, host)
  } catch (error) {
    return warn(
      `${host} does not answer (${wordsOf(error)}); everything is read from the primary. Check DATABASE_REPLICA_URL, and that it runs with hot_standby and lets this machine in.`,
    )
  } finally {
    await client.end().catch(() => {})
  }
}

async function behind(client: pg.Client, longest: number, primary: pg.Client, host: string): Promise<Finding> {
  const { identity, position } = await standingOf(primary)
  const begun = performance.now()
  for (;;) {
    const found = await standingOf(client)
    const trouble = troubleOf(found, identity)
    if (trouble) return fail(`${host}: ${trouble}, so nothing is read from it. Correct DATABASE_REPLICA_URL.`)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    if (found.position >= position) return ok(`${host} is a standby, at most ${seconds} s behind`)
    if (performance.now() - begun > longest)
      return warn(
        `${host} is more than ${seconds} s behind (${position - found.position} bytes), so nothing is read from it. Look at pg_stat_replication on the primary.`,
      )
    await sleep(PAUSE_MS)
  }
}
