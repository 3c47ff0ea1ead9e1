// What the bench stands on: a PostgreSQL of its own with the example people and many tickets.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import cliProgress from 'cli-progress'
import { type Cluster, openCluster } from '../../src/database/cluster.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openOrm } from '../../src/database/orm.ts'
import { createFileStore } from '../../src/files/store.ts'
import { createLog } from '../../src/log.ts'
import { seedBulk } from '../../src/seeds/bulk.ts'
import { seedCast } from '../../src/seeds/cast.ts'

export interface Ground {
  tickets: number
  url: string
  dataDir: string
  /** PostgreSQL's own log. */
  log: string
}

/** Starts PostgreSQL and fills it; `keep` leaves it for the next run with as many tickets, or takes up what one left. */
export async function openGround(stack: AsyncDisposableStack, tickets: number, keep: boolean): Promise<Ground> {
  const dataDir = keep ? join(tmpdir(), `plaindesk-bench-${tickets}`) : mkdtempSync(join(tmpdir(), 'plaindesk-bench-'))
  mkdirSync(dataDir, { recursive: true })
  chmodSync(dataDir, 0o711) // PostgreSQL, which does not run as root, passes through
  const isFilled = join(dataDir, 'filled')
  if (!existsSync(isFilled)) rmSync(join(dataDir, 'postgres'), { recursive: true, force: true })
  const cluster = await openCluster(dataDir)
  await cluster.start()
  stack.defer(() => close(cluster, keep ? null : dataDir))
  const url = cluster.url('postgres') ?? ''
  await migrate(url, createLog({ logLevel: 'warn' }))
  if (!existsSync(isFilled)) {
    await fill(url, dataDir, tickets)
    writeFileSync(isFilled, '')
  }
  return { tickets, url, dataDir, log: join(dataDir, 'postgres.log') }
}

async function fill(url: string, dataDir: string, tickets: number): Promise<void> {
  const log = createLog({ logLevel: 'warn' })
  const orm = await openOrm(url, log, { name: 'plaindesk bench' })
  const files = await createFileStore({ storageUrl: pathToFileURL(join(dataDir, 'files')).href })
  await seedCast({ orm, files }, new Date())
  await orm.close()
  const bar = new cliProgress.SingleBar({ format: 'seeding {bar} {value} of {total} tickets, {duration_formatted}' })
  bar.start(tickets, 0)
  await seedBulk(url, tickets, done => bar.update(done))
  bar.stop()
}

async function close(cluster: Cluster, folder: string | null): Promise<void> {
  await cluster.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
}
