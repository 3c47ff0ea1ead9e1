import { Trouble } from '../lib/trouble.ts'

/**
 * What breaks off a command that runs for long, in one sentence: a disk that is full, a database that is gone, a pipe that
 * nobody reads. Anything else is a bug and stays what it is.
 */
export function brokenOff(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof Trouble) return error
  const isFromOutside =
    'syscall' in error ||
    'severity' in error ||
    '$metadata' in error ||
    /^Connection terminated|connection error/.test(error.message)
  return isFromOutside ? new Trouble(`${what}: ${error.message.replace(/\.$/, '')}.`) : error
}
