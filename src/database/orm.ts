import { MikroORM } from '@mikro-orm/postgresql'
import options from '../../mikro-orm.config.ts'
import type { Log } from '../log.ts'

export interface ConnectionNeeds {
  /** What the database's own views call us. */
  name: string
  connections?: number
  /** Longest time of one statement; 0 = as long as it takes. */
  statementSeconds?: number
}

/** Opens MikroORM on a database; connections are made when they are needed, and again after the database was away. */
export async function openOrm(
  url: string,
  log: Log,
  { name, connections = 16, statementSeconds = 30 }: ConnectionNeeds,
): Promise<MikroORM> {
  return MikroORM.init({
    ...options,
    clientUrl: url,
    pool: { min: 0, max: connections },
    driverOptions: {
      connectionString: url, // clientUrl is only understood in part: sslmode and socket folders are in here
      application_name: name,
      connectionTimeoutMillis: 5000, // a database that does not answer is a 503 soon, not a page that hangs
      statement_timeout: statementSeconds * 1000,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
    },
    logger: message => log.debug({ orm: message }, 'orm'),
    colors: false,
  })
}
