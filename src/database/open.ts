import pg from 'pg'
import type { Config } from '../config.ts'
import { wordsOf } from '../lib/error-words.ts'
import { Trouble } from '../lib/trouble.ts'

const OLDEST = 15
/** Much longer than it takes: meanwhile the program is loaded, during which a busy machine hears no answer. */
const PATIENCE_MS = 60_000

export interface OpenDatabase {
  url: string
  close(): Promise<void>
}

export interface Use {
  /** What others read of us, such as our command and process number. */
  as: string
  /** On the embedded database: refuse when somebody else uses it alone. */
  alone?: boolean
}

/** The database of the settings, checked to answer; without `DATABASE_URL` the embedded one, started where needed. */
export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataDir'>, use: Use): Promise<OpenDatabase> {
  if (config.databaseUrl !== null) return openGiven(config.databaseUrl)
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded({ dataDir: config.dataDir, ...use })
}

async function openGiven(url: string): Promise<OpenDatabase> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS })
  try {
    await client.connect()
    const { rows } = await client.query(`select current_setting('server_version_num')::int / 10000 as version`)
    if (rows[0].version < OLDEST)
      throw new Trouble(`DATABASE_URL is PostgreSQL ${rows[0].version}; Plaindesk needs ${OLDEST} or newer.`)
  } catch (error) {
    if (error instanceof Trouble) throw error
    throw new Trouble(`The database of DATABASE_URL does not answer: ${wordsOf(error)}.`)
  } finally {
    await client.end().catch(() => {})
  }
  return { url, close: async () => {} }
}
