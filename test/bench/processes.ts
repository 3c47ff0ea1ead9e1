// The two servers that are compared, each in a process of its own.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '../../src/database/postmaster.ts'
import type { Ground } from './ground.ts'
import type { Ask } from './page.ts'

export interface Running {
  url: string
  stop(): Promise<void>
}

export const root = join(import.meta.dirname, '../..')

export interface Product extends Running {
  /** Of `plaindesk serve`, which keeps as many web processes as the machine has cores. */
  pid: number
}

export interface Start {
  /** Node's, such as `--cpu-prof`; web processes get them as well. */
  flags?: readonly string[]
  /** Further settings. */
  env?: Record<string, string>
}

/** The product as it runs in production: `plaindesk serve`. */
export async function startProduct(
  { url: databaseUrl, dataDir }: Pick<Ground, 'url' | 'dataDir'>,
  secret: string,
  { flags = [], env = {} }: Start = {},
): Promise<Product> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', join(root, 'src/main.ts'), 'serve'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      BASE_URL: url,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      SESSION_SECRET: secret,
      SMTP_URL: 'smtp://127.0.0.1:9', // nothing is sent: no worker runs
      MAIL_FROM: 'Plaindesk <support@plaindesk.example>',
      ...env,
    },
  })
  await Promise.race([once(child.stdout, 'data'), failed(child)])
  return { url, pid: child.pid ?? 0, stop: () => stop(child) }
}

/** What the floor answers one request with: the statements that cannot be avoided, then these bytes. */
export interface FloorAnswer {
  key: string
  session: [text: string, values: unknown[]]
  statements: [text: string, values: unknown[]][]
  isTransaction: boolean
  status: number
  headers: Record<string, string | string[]>
  body: string
}

export interface Floor extends Running {
  learn(answers: readonly FloorAnswer[]): Promise<void>
}

export async function startFloor(databaseUrl: string): Promise<Floor> {
  const child = fork(join(import.meta.dirname, 'floor.ts'), [databaseUrl], { execArgv: ['--import', 'tsx'] })
  const [port] = await Promise.race([once(child, 'message'), failed(child)])
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => stop(child),
    async learn(answers) {
      child.send(answers)
      await once(child, 'message')
    },
  }
}

/** Tells requests apart, on both sides of the wire. */
export const keyOf = ({ path, headers }: Pick<Ask, 'path' | 'headers'>): string =>
  `${headers.cookie ?? headers.authorization} ${path}`

export async function failed(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`A server ended with ${code} instead of starting`)
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
