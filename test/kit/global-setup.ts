// Once a run: PostgreSQL, a database that is migrated and filled with the cast, and the browser unpacked.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openCluster } from '../../src/database/cluster.ts'
import { unpackChromium } from './chromium.ts'
import { cloneDatabase, command } from './database.ts'
import { seedTemplate } from './template.ts'

export interface Ground {
  /** Where databases can be made. */
  server: string
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

/** Nothing of a test's database has to survive a crash of the machine. */
const carelessSettings = [
  'fsync = off',
  'full_page_writes = off',
  'synchronous_commit = off',
  'max_connections = 200',
  'autovacuum = off',
]

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plaindesk-test-'))
  chmodSync(dataDir, 0o711) // PostgreSQL, which does not run as root, passes through
  const [{ server, stop }] = await Promise.all([startServer(dataDir), unpackChromium()])
  const template = await cloneDatabase(server, null)
  const files = join(dataDir, 'template-files')
  mkdirSync(files)
  await seedTemplate(template.url, files)
  await template.disconnect()
  project.provide('ground', { server, template: template.name, files })
  return async () => {
    await template.drop()
    await stop()
    rmSync(dataDir, { recursive: true, force: true })
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
