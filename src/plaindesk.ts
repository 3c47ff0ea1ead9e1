// All that a process of ours needs, opened once and handed on by hand.
import type { MikroORM } from '@mikro-orm/postgresql'
import type { GraphQLSchema } from 'graphql'
import type { DNSResolver } from 'mailauth'
import type { Config, Environment } from './config.ts'
import { type Notices, openNotices } from './database/notices.ts'
import { openOrm } from './database/orm.ts'
import { openReplicas, type Replicas } from './database/replicas.ts'
import { createFileStore, type FileStore } from './files/store.ts'
import type { Reception } from './inbox/door.ts'
import { openReception } from './inbox/receive.ts'
import { queueMetrics } from './jobs/metrics.ts'
import type { Tasks } from './jobs/task.ts'
import { Trouble } from './lib/trouble.ts'
import { createLog, type Log } from './log.ts'
import { isWithheld, letterWriters } from './mails.ts'
import { type Outbox, openOutbox } from './outbox/outbox.ts'
import { schema } from './schema.ts'
import { openSettings, type Settings } from './settings/present.ts'
import { tasksOf } from './tasks.ts'

export interface Plaindesk {
  /** What only the environment sets. */
  config: Environment
  /** All settings, as they are now. */
  settings: Settings
  /** What the database tells: changes of settings, of tickets. */
  notices: Notices
  orm: MikroORM
  /** Where queries may be asked besides. */
  replicas: Replicas
  schema: GraphQLSchema
  files: FileStore
  outbox: Outbox
  /** What all doors of mail hand their mails to. */
  reception: Reception
  tasks: Tasks
  log: Log
  /** The one clock; tests and `job run --now` set it. */
  clock: () => Date
  /** Queues and mails as Prometheus reads them, counted when asked. */
  collectMetrics: () => Promise<string>
  /** Aborted when the process begins to stop: answers that have no end are ended. */
  stopping: AbortController
  close(): Promise<void>
}

export interface Opening {
  clock?: () => Date
  /** To the database at most. */
  connections?: number | undefined
  /** Asked instead of the DNS when the senders of mails are checked; for tests. */
  resolver?: DNSResolver
}

/** Opens everything by the settings; `databaseUrl` must be known by now (database/open.ts). */
export async function openPlaindesk(
  config: Config,
  { clock = () => new Date(), connections, resolver }: Opening = {},
): Promise<Plaindesk> {
  if (config.databaseUrl === null) throw new Trouble('There is no database to open.')
  const log = createLog(config)
  const orm = await openOrm(config.databaseUrl, log, { name: 'plaindesk', connections })
  const replicas = openReplicas(orm, config, log)
  const files = await createFileStore(config)
  const notices = await openNotices(config.databaseUrl, log)
  const settings = await openSettings(config, notices)
  const outbox = openOutbox(settings, letterWriters, files, isWithheld)
  const inbox = { orm, schema, config, settings, files, log, clock, resolver }
  return {
    config,
    settings,
    notices,
    orm,
    replicas,
    schema,
    files,
    outbox,
    reception: openReception(inbox),
    tasks: tasksOf({ ...inbox, outbox }),
    log,
    clock,
    collectMetrics: queueMetrics(orm, clock),
    stopping: new AbortController(),
    async close() {
      outbox.close()
      settings.close()
      await notices.close()
      await replicas.close()
      await orm.close()
    },
  }
}
