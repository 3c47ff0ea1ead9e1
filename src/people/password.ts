import { readFileSync } from 'node:fs'
import { hash, verify } from '@node-rs/argon2'
import type { Config } from '../config.ts'
import { Refusal } from '../graph/refusal.ts'
import { lanes } from '../lib/lanes.ts'
import type { User } from './user.ts'

// NIST SP 800-63B: length (a setting) and a list of common ones, no rules on which characters.
const MAX_LENGTH = 1000 // keeps a request from making us hash a book
const MIN_DIFFERENT = 5 // "aaaaaaaaaaaa" is in no list

/** Argon2id (the library's default) as OWASP recommends it: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Two at a time, so that log-ins leave threads for files and 19 MiB each cannot pile up; a hundred more may wait. */
const inLane = lanes(2, 100, () => new Refusal('RATE_LIMITED', null, { limit: 'passwords', seconds: 1 }))

/** The 5,000 most used ones of at least 12 characters (SecLists' ten million), and some German ones. */
const common = new Set(
  readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean),
)

/** Compared instead of the hash that an unknown address or a contact does not have, so that both answer in the same time. */
const nobodys = hash('no account has this password', cost)

/** Argon2id hash of a password, in PHC form. */
export const hashPassword = (password: string): Promise<string> => inLane(() => hash(composed(password), cost))

/** Whether it is the password behind the hash; takes the same time where there is none. */
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const hasOne = passwordHash !== null && password.length <= MAX_LENGTH
  const known = passwordHash ?? (await nobodys)
  return (await inLane(() => verify(known, composed(password.slice(0, MAX_LENGTH))))) && hasOne
}

/** Refuses a new password that is too short, too common, close to its owner's name, or typed differently twice. */
export function checkNewPassword(
  password: string,
  repeated: string,
  owner: Pick<User, 'email'>,
  { brandName, passwordLength: min }: Pick<Config, 'brandName' | 'passwordLength'>,
): void {
  const code = weakness(composed(password), min, [owner.email, owner.email.replace(/@.*/, ''), brandName])
  if (code) throw new Refusal(code, 'password', { min, max: MAX_LENGTH })
  if (password !== repeated) throw new Refusal('PASSWORDS_DIFFER', 'passwordConfirm')
}

function weakness(password: string, min: number, known: string[]) {
  if (password === '') return 'REQUIRED'
  if (password.length < min) return 'PASSWORD_TOO_SHORT'
  if (password.length > MAX_LENGTH) return 'PASSWORD_TOO_LONG'
  const lower = password.toLowerCase()
  if (common.has(lower) || new Set(lower).size < MIN_DIFFERENT) return 'PASSWORD_TOO_COMMON'
  // The address or the name of the portal, alone or with a year behind it.
  if (known.some(word => lower.replace(/[\d\W_]+$/, '') === word.toLowerCase().replace(/[\d\W_]+$/, '')))
    return 'PASSWORD_TOO_COMMON'
  return null
}

/** Two keyboards write "ü" as one character or two; both are the same password. */
const composed = (password: string): string => password.toWellFormed().normalize('NFC')
