// The commands as an operator runs them: processes of their own.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { plaindesk } from '../kit/program.ts'

export interface Outcome {
  code: number | null
  out: string
  err: string
}

/** `out` = where its standard output goes instead of a pipe. */
export const begin = (args: string[], env: Record<string, string>, out: number | 'pipe' = 'pipe'): ChildProcess =>
  plaindesk(args, {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', out, 'pipe'],
  })

export async function end(child: ChildProcess): Promise<Outcome> {
  const outcome = { out: '', err: '' }
  child.stdout?.on('data', chunk => (outcome.out += chunk))
  child.stderr?.on('data', chunk => (outcome.err += chunk))
  const [code] = await once(child, 'close')
  return { code, ...outcome }
}

export const run = (args: string[], env: Record<string, string>): Promise<Outcome> => end(begin(args, env))
