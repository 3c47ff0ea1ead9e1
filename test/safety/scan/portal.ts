// A portal for scanners to break: on an empty folder, with the example people, and without limits on how often somebody asks.
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type EmbeddedDatabase, openEmbedded } from '../../../src/database/embedded.ts'
import { freePort } from '../../../src/database/postmaster.ts'

export interface Portal {
  url: string
  port: number
  /** Where the planted hole sends its statements. */
  databaseUrl: string
  /** Where scanners may leave what they keep. */
  folder: string
  /** Forgets who asked how often, and waits until no job is due: the next request is answered by a portal at rest. */
  rest(): Promise<void>
  /** What it wrote to its log. */
  log(): string
}

const root = join(import.meta.dirname, '../../..')

export async function openPortal(stack: AsyncDisposableStack): Promise<Portal> {
  const folder = mkdtempSync(join(tmpdir(), 'plaindesk-scan-'))
  chmodSync(folder, 0o711) // PostgreSQL, which does not run as root, passes through
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const dataDir = join(folder, 'data')
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'start'], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      DATA_DIR: dataDir,
      PORT: String(port),
      SMTP_LISTEN: 'off',
      FORM_LIMIT: '100000',
      UNDO_SECONDS: '0',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', chunk => {
    log += chunk
  })
  stack.defer(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGINT')
    await new Promise(resolve => child.once('exit', resolve))
  })
  const url = `http://127.0.0.1:${port}`
  await ready(url, () => {
    if (child.exitCode !== null) throw new Error(`The portal did not start:\n${log}`)
  })
  const database = await openEmbedded({ dataDir, as: 'scan' })
  const rest = await unlimited(database, stack)
  return { url, port, databaseUrl: database.url, folder, rest, log: () => log }
}

async function ready(url: string, check: () => void): Promise<void> {
  const deadline = Date.now() + 180_000
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) {
    check()
    if (Date.now() > deadline) throw new Error('The portal is not ready after three minutes.')
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

/** A scanner asks more often than anybody may: a 429 would be all it sees. */
async function unlimited(database: EmbeddedDatabase, stack: AsyncDisposableStack): Promise<() => Promise<void>> {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {}) // the portal stops its database when it is done
  const forget = () => pool.query('delete from rate_limit')
  const timer = setInterval(() => forget().catch(() => {}), 100)
  stack.defer(async () => {
    clearInterval(timer)
    await pool.end()
    await database.close()
  })
  const due = 'select from graphile_worker._private_jobs where attempts < max_attempts and run_at <= now() limit 1'
  return async () => {
    while ((await pool.query(due)).rowCount) await new Promise(resolve => setTimeout(resolve, 5))
    await forget()
  }
}
