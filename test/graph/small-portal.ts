// The portal's web process with little memory, on the database of a world: what makes it die would make it die for all.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/database/postmaster.ts'
import type { Plaindesk } from '../../src/plaindesk.ts'
import { plaindesk } from '../kit/program.ts'
import { settings } from '../kit/settings.ts'

export interface SmallPortal {
  url: string
  /** Null while it lives. */
  ended(): number | string | null
  /** What it came to, in bytes. */
  stop(): Promise<void>
}

/** `megabytes` is all that its objects may take; above it V8 ends the process. */
export async function smallPortal({ config }: Plaindesk, megabytes: number): Promise<SmallPortal> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    ...settings(url, config.databaseUrl ?? '', config.dataDir),
    PORT: String(port),
  }
  const flags = [`--max-old-space-size=${megabytes}`]
  const child = plaindesk(['serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] }, flags)
  let words = ''
  child.stderr?.on('data', chunk => (words = (words + chunk).slice(-5000)))
  const ended = () => child.exitCode ?? child.signalCode
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) {
    if (ended() !== null) throw new Error(`The portal did not start:\n${words}`)
    await sleep(50)
  }
  return {
    url,
    ended,
    async stop() {
      if (ended() !== null) return
      const end = once(child, 'exit')
      child.kill('SIGTERM')
      await end
    },
  }
}
