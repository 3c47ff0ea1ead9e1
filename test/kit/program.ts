// A command as a process of its own.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const { TEST_PROGRAM } = process.env
/** In a test run out of its bundle (bundle.ts). */
const program = TEST_PROGRAM ? [TEST_PROGRAM] : ['--import', 'tsx', 'src/main.ts']

/** Begins `plaindesk` with these arguments; `flags` are Node's own. */
export const plaindesk = (
  args: readonly string[],
  options: SpawnOptions,
  flags: readonly string[] = [],
): ChildProcess => spawn(process.execPath, [...flags, ...program, ...args], { cwd: root, ...options })
