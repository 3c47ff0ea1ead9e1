// The database of a development machine: PostgreSQL under DATA_DIR, shared by all our processes that run on it.
//
// Who uses it holds a shared advisory lock on a connection of its own, which ends with the process, however that dies.
// Who leaves and finds nobody else stops the server. A server whose users were all killed is simply used again.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Trouble } from '../lib/trouble.ts'
import { type Cluster, openCluster } from './cluster.ts'

const DATABASE = 'plaindesk'
const IN_USE = 1
const ALONE = 2
const PATIENCE_MS = 3000 // by then the connection of a killed process is gone
const PAUSE_MS = 300
const ATTEMPTS = 4
const STARTING_UP = '57P03'

export interface EmbeddedDatabase {
  url: string
  /** Stops the server, unless another process uses it. */
  close(): Promise<void>
}

export interface Use {
  dataDir: string
  /** What others read of us, such as our process number and address. */
  as: string
  /** Refuse when somebody else uses it alone. */
  alone?: boolean
}

/** Makes and starts the database where needed, and again should it be killed while we use it. */
export async function openEmbedded(use: Use): Promise<EmbeddedDatabase> {
  const cluster = await openCluster(use.dataDir)
  let client = await join(cluster, use)
  await createDatabase(client)
  const url = cluster.url(DATABASE) ?? ''
  let closing = false
  let comingBack = Promise.resolve()
  watch()
  return { url, close }

  function watch(): void {
    client.once('end', returnUnlessClosing)
  }

  function returnUnlessClosing(): void {
    if (!closing) comingBack = comeBack()
  }

  async function comeBack(): Promise<void> {
    try {
      client = await join(cluster, use, Number(new URL(url).port))
      watch()
    } catch {
      setTimeout(returnUnlessClosing, PAUSE_MS).unref()
    }
  }

  async function close(): Promise<void> {
    closing = true
    await comingBack // else the server that is just being started would be left running
    if (await isLast(client)) await cluster.stop()
    await client.end()
  }
}

async function join(cluster: Cluster, use: Use, port?: number): Promise<pg.Client> {
  const client = await connect(cluster, use.as, port)
  try {
    await client.query('select pg_advisory_lock_shared($1)', [IN_USE])
  } catch {
    return join(cluster, use, port) // whoever left last has just stopped it
  }
  if (use.alone && !(await standAlone(client))) await refuse(client, use.dataDir)
  return client
}

async function connect(cluster: Cluster, as: string, port?: number): Promise<pg.Client> {
  for (let attempt = 1; ; attempt++) {
    const client = await tryConnect(cluster, as)
    if (client) return client
    try {
      await cluster.start(port)
    } catch (error) {
      if (attempt === ATTEMPTS) throw error // else another process is starting it, or remains of a killed one are going
      await sleep(PAUSE_MS)
    }
  }
}

async function tryConnect(cluster: Cluster, as: string): Promise<pg.Client | null> {
  const connectionString = cluster.url('postgres')
  if (connectionString === null) return null
  const client = new pg.Client({
    connectionString,
    application_name: as,
    connectionTimeoutMillis: PATIENCE_MS,
    keepAlive: true,
  })
  client.on('error', () => {}) // 'end' follows, and is what is acted on
  try {
    await client.connect()
    return client
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === STARTING_UP)) return null
    await sleep(PAUSE_MS)
    return tryConnect(cluster, as)
  }
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
  if (rowCount === 0) await client.query(`create database ${DATABASE}`).catch(() => {}) // another process was quicker
}

async function standAlone(client: pg.Client): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(PAUSE_MS)) {
    if (await tryLock(client, ALONE)) return true
  }
  return false
}

async function refuse(client: pg.Client, dataDir: string): Promise<never> {
  const { rows } = await client.query(
    `select application_name as who from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and objid = $1 and granted`,
    [ALONE],
  )
  await client.end()
  throw new Trouble(
    `Plaindesk already runs on ${dataDir} (${rows[0]?.who ?? 'unknown'}). Stop it first, or set another DATA_DIR.`,
  )
}

async function isLast(client: pg.Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [IN_USE])
    return await tryLock(client, IN_USE)
  } catch {
    return false // it is gone already
  }
}

async function tryLock(client: pg.Client, key: number): Promise<boolean> {
  const { rows } = await client.query('select pg_try_advisory_lock($1) as locked', [key])
  return rows[0].locked
}
