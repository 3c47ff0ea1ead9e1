// What a PostgreSQL cluster's folder tells of the server that runs on it, or that was killed.
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

const PORT_LINE = 3

/** The port that a server on this folder listens at, or listened at when it was killed; null = it was stopped properly. */
export function portOf(folder: string): number | null {
  const port = Number(linesOf(folder)[PORT_LINE])
  return port > 0 ? port : null
}

/**
 * A killed server leaves postmaster.pid behind. PostgreSQL sees through that unless the process is still a zombie or its
 * number went to another program of the same user, both of which happen in containers; these cases are found here.
 */
export function removeStalePidFile(folder: string): void {
  const pid = Number(linesOf(folder)[0])
  if (pid > 0 && !mayServe(pid, folder)) rmSync(join(folder, 'postmaster.pid'), { force: true })
}

/** A port of 127.0.0.1 that is free now; the wished one where it is. */
export async function freePort(wished = 0): Promise<number> {
  const server = createServer()
  const port = await new Promise<number | null>(resolve => {
    server.once('error', () => resolve(null))
    server.listen(wished, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : null))
    })
  })
  return port ?? freePort()
}

/** A server works inside its folder. Where nobody tells, PostgreSQL decides. */
function mayServe(pid: number, folder: string): boolean {
  if (process.platform !== 'linux') return true
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
  }
}

function linesOf(folder: string): string[] {
  try {
    return readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}
