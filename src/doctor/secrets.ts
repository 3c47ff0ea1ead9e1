import { statSync } from 'node:fs'
import type { Config } from '../config.ts'
import { type Finding, fail, ok } from './finding.ts'

const FEWEST_DIFFERENT = 12
const examples = /change.?me|example|secret.?of|your.?secret|xxxx|0123456789|abcdefgh|password|plaindesk/i
const OTHERS = 0o007

/** Whether the secret can be guessed, and whether others on this machine read what only we may. */
export function secrets({ sessionSecret, secretFiles, production }: Config): Finding {
  const make = 'Make one: openssl rand -base64 48'
  if (production && examples.test(sessionSecret)) return fail(`SESSION_SECRET is one that others think of too. ${make}`)
  if (new Set(sessionSecret).size < FEWEST_DIFFERENT)
    return fail(`SESSION_SECRET has too few different characters. ${make}`)
  const open = process.platform === 'win32' ? [] : secretFiles.filter(isOpen)
  if (open.length > 0)
    return fail(`Others on this machine may read ${open.join(' and ')}. Run: chmod 600 ${open.join(' ')}`)
  const files = secretFiles.length > 0 ? `, only its owner reads ${secretFiles.join(' and ')}` : ''
  return ok(`SESSION_SECRET has ${sessionSecret.length} characters${files}`)
}

const isOpen = (path: string): boolean => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0
