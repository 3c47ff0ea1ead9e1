// What commands begin with. All that is opened goes on the command's stack and is closed in reverse when it ends.
import type { Config } from '../config.ts'
import { checkSchema, migrate } from '../database/migrate.ts'
import { openDatabase } from '../database/open.ts'
import { createLog } from '../log.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { goOnCounting } from '../tickets/changes.ts'

export interface Opening {
  /** The command, for the eyes of others on the same database. */
  as: string
  /** Bring the schema up to date instead of refusing an old one. */
  migrates?: boolean
  alone?: boolean
  /** To the database at most; the pool's own measure unless told. */
  connections?: number
  clock?: () => Date
}

/** Opens the database of the settings, and everything on it. The application is loaded while PostgreSQL starts. */
export async function open(
  stack: AsyncDisposableStack,
  config: Config,
  { as, migrates = false, alone = false, connections, clock = () => new Date() }: Opening,
): Promise<Plaindesk> {
  const use = { as: `plaindesk ${as}, process ${process.pid}, ${config.baseUrl}`, alone }
  const [database, { openPlaindesk }] = await Promise.all([openDatabase(config, use), import('../plaindesk.ts')])
  stack.defer(() => database.close())
  if (migrates) await migrate(database.url, createLog(config))
  const plaindesk = await openPlaindesk({ ...config, databaseUrl: database.url }, { clock, connections })
  stack.defer(() => plaindesk.close())
  if (!migrates) await checkSchema(plaindesk.orm, plaindesk.log)
  await goOnCounting(plaindesk.orm.em.fork())
  return plaindesk
}

/** Resolves when the operator wants us to stop. */
export const aborted = (stopping: AbortSignal): Promise<void> =>
  new Promise(resolve =>
    stopping.aborted ? resolve() : stopping.addEventListener('abort', () => resolve(), { once: true }),
  )
