import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder for something that a test needs. All of a test run lie in one, which goes with the run. */
export const newFolder = (name: string): string =>
  mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), `plaindesk-${name}-`))
