// `plaindesk serve` as a process of its own, on the database of a world.
import type { ChildProcess } from 'node:child_process'
import { freePort } from '../../src/database/postmaster.ts'
import type { Plaindesk } from '../../src/plaindesk.ts'
import { plaindesk } from './program.ts'
import { settings } from './settings.ts'

export interface Served {
  url: string
  process: ChildProcess
}

/** `own`: further settings, as in the environment. With one for the log its lines are `process.stderr`. */
export async function serve({ config }: Plaindesk, own: Record<string, string> = {}): Promise<Served> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    ...settings(url, config.databaseUrl ?? '', config.dataDir),
    ...own,
    PORT: String(port),
    PATH: process.env.PATH ?? '',
  }
  const child = plaindesk(['serve'], { env, stdio: ['ignore', 'pipe', own.LOG_LEVEL ? 'pipe' : 'inherit'] })
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes('serves')) break
  return { url, process: child }
}
