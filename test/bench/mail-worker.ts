// The worker that is measured, as it runs in production, and the mail server that it sends its notices to.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/database/postmaster.ts'
import type { Ground } from './ground.ts'
import { cpuOf, forgetPeak, memoryOf } from './kernel.ts'
import { failed, type Running, root, type Start, stop } from './processes.ts'

export const SUPPORT_ADDRESS = 'support@plaindesk.example'

export interface MailWorker {
  pid: number
  /** Where it takes mail. */
  port: number
  /** Resident memory in bytes: now, and the most since `forgetPeak`. Linux only. */
  memory(): { now: number; peak: number }
  forgetPeak(): void
  /** Milliseconds of CPU time so far: what the others on the machine do hardly changes them. */
  cpu(): number
  stop(): Promise<void>
}

/** `plaindesk worker` beside the pages of `product`; it sends its notices to the port `sink`. */
export async function startWorker(
  product: Running,
  { url: databaseUrl, dataDir }: Pick<Ground, 'url' | 'dataDir'>,
  secret: string,
  sink: number,
  { flags = [], env = {} }: Start = {},
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
      ...env,
    },
  })
  await Promise.race([taken(port), failed(child)])
  const pid = child.pid ?? 0
  return {
    pid,
    port,
    memory: () => memoryOf(pid),
    forgetPeak: () => forgetPeak(pid),
    cpu: () => cpuOf(pid),
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
