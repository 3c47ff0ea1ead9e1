// Once a run: PostgreSQL, a database that is migrated and filled with the cast, and the browser unpacked.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openCluster } from '../../src/database/cluster.ts'
import { migrate } from '../../src/database/migrate.ts'
import { createLog } from '../../src/log.ts'
import { bundle } from './bundle.ts'
import { unpackChromium } from './chromium.ts'
import { cloneDatabase, command } from './database.ts'
import { seedTemplate } from './template.ts'

export interface Ground {
  /** Where databases can be made. */
  server: string
  /** The name of a database that is migrated, and in which nobody is. */
  empty: string
  /** The name of the filled database. */
  template: string
  /** The folder of its files. */
  files: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    ground: Ground
  }
}

/** Below it, what is built finds its packages. */
const packages = join(import.meta.dirname, '../../node_modules/.cache')

/** Nothing of a test's database has to survive a crash of the machine. */
const carelessSettings = [
  'fsync = off',
  'full_page_writes = off',
  'synchronous_commit = off',
  'max_connections = 200',
  'autovacuum = off',
]

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  mkdirSync(packages, { recursive: true })
  const built = mkdtempSync(join(packages, 'test-'))
  const dataDir = mkdtempSync(join(tmpdir(), 'plaindesk-test-'))
  chmodSync(dataDir, 0o711) // PostgreSQL, which does not run as root, passes through
  const [{ server, stop }, program] = await Promise.all([startServer(dataDir), bundle(built), unpackChromium()])
  const empty = await cloneDatabase(server, null)
  await migrate(empty.url, createLog({ logLevel: process.env.TEST_LOG ?? 'silent' }))
  const template = await cloneDatabase(server, empty.name)
  const [files, folder] = [join(dataDir, 'template-files'), join(dataDir, 'tests')]
  for (const each of [files, folder]) mkdirSync(each)
  await seedTemplate(template.url, files)
  await template.disconnect()
  Object.assign(process.env, { TEST_FOLDER: folder, TEST_PROGRAM: program })
  project.provide('ground', { server, empty: empty.name, template: template.name, files })
  return async () => {
    for (const each of [template, empty]) await each.drop()
    await stop()
    for (const each of [dataDir, built]) rmSync(each, { recursive: true, force: true })
  }
}

async function startServer(dataDir: string): Promise<{ server: string; stop: () => Promise<void> }> {
  const { TEST_DATABASE_URL } = process.env
  if (TEST_DATABASE_URL) return { server: TEST_DATABASE_URL, stop: async () => undefined }
  const cluster = await openCluster(dataDir)
  await cluster.start()
  const server = cluster.url('postgres') ?? ''
  for (const setting of carelessSettings) await command(server, `alter system set ${setting}`)
  await cluster.stop()
  await cluster.start()
  return { server: cluster.url('postgres') ?? '', stop: () => cluster.stop() }
}
