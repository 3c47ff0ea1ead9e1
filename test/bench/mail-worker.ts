// The worker that is measured, as it runs in production, and the mail server that it sends its notices to.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/database/postmaster.ts'
import { failed, type Running, root, stop } from './processes.ts'

export const SUPPORT_ADDRESS = 'support@plaindesk.example'

export interface MailWorker {
  /** Where it takes mail. */
  port: number
  /** Resident memory in bytes: now, and the most since `forgetPeak`. Linux only. */
  memory(): { now: number; peak: number }
  forgetPeak(): void
  /** Milliseconds of CPU time so far: what the others on the machine do hardly changes them. */
  cpu(): number
  stop(): Promise<void>
}

/** `plaindesk worker` beside the pages of `product`. `flags` are Node's, such as `--cpu-prof`. */
export async function startWorker(
  product: Running,
  databaseUrl: string,
  dataDir: string,
  secret: string,
  sink: number,
  flags: readonly string[],
): Promise<MailWorker> {
  const port = await freePort()
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', join(root, 'src/main.ts'), 'worker'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      BASE_URL: product.url,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      SESSION_SECRET: secret,
      SMTP_URL: `smtp://127.0.0.1:${sink}?ignoreTLS=true`,
      SMTP_LISTEN: `127.0.0.1:${port}`,
      MAIL_AUTH: 'off',
      LOG_LEVEL: 'warn',
      MAIL_FROM: `Plaindesk <${SUPPORT_ADDRESS}>`,
    },
  })
  await Promise.race([taken(port), failed(child)])
  return {
    port,
    memory: () => memoryOf(child),
    forgetPeak: () => writeFileSync(`/proc/${child.pid}/clear_refs`, '5'), // proc(5): resets VmHWM
    cpu: () => cpuOf(child),
    stop: () => stop(child),
  }
}

async function taken(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').catch(() => null)
    socket.destroy()
    if (isOpen) return
    await sleep(100)
  }
}

function memoryOf({ pid }: ChildProcess): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
}

const TICK_MS = 10 // proc(5): USER_HZ is 100 everywhere

function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS // utime, stime
}

/** Takes every mail and forgets it; counts them. As little of a mail server as its client needs. */
export async function openSink(): Promise<{ port: number; count(): number; stop(): void }> {
  let count = 0
  const server = createServer(socket => {
    let isData = false
    let rest = ''
    socket.write('220 sink\r\n')
    socket.on('error', () => {})
    socket.on('data', chunk => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (isData && line !== '.') continue
        if (isData) count += 1
        isData = line === 'DATA'
        socket.write(isData ? '354 go on\r\n' : '250 fine\r\n')
        if (line === 'QUIT') socket.end()
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, count: () => count, stop: () => server.close() }
}
