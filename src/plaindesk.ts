// All that a process of ours needs, opened once and handed on by hand.
import type { MikroORM } from '@mikro-orm/postgresql'
import type { GraphQLSchema } from 'graphql'
import type { Config } from './config.ts'
import { openOrm } from './database/orm.ts'
import { createFileStore, type FileStore } from './files/store.ts'
import { queueMetrics } from './jobs/metrics.ts'
import type { Tasks } from './jobs/task.ts'
import { Trouble } from './lib/trouble.ts'
import { createLog, type Log } from './log.ts'
import { letterWriters } from './mails.ts'
import { type Outbox, openOutbox } from './outbox/outbox.ts'
import { buildPlaindeskSchema } from './schema.ts'
import { tasksOf } from './tasks.ts'

export interface Plaindesk {
  config: Config
  orm: MikroORM
  schema: GraphQLSchema
  files: FileStore
  outbox: Outbox
  tasks: Tasks
  log: Log
  /** The one clock; tests and `job run --now` set it. */
  clock: () => Date
  /** Queues and mails as Prometheus reads them, counted when asked. */
  collectMetrics: () => Promise<string>
  close(): Promise<void>
}

/** Opens everything by the settings; `databaseUrl` must be known by now (database/open.ts). */
export async function openPlaindesk(config: Config, { clock = () => new Date() } = {}): Promise<Plaindesk> {
  if (config.databaseUrl === null) throw new Trouble('There is no database to open.')
  const log = createLog(config)
  const orm = await openOrm(config.databaseUrl, log, { name: 'plaindesk' })
  const files = await createFileStore(config)
  const outbox = openOutbox(config, letterWriters, files)
  return {
    config,
    orm,
    schema: buildPlaindeskSchema(),
    files,
    outbox,
    tasks: tasksOf({ orm, config, files, outbox }),
    log,
    clock,
    collectMetrics: queueMetrics(orm, clock),
    async close() {
      outbox.close()
      await orm.close()
    },
  }
}
