// Files cost disk until a job drops them, and those of a request for good; so nobody fills the disk on their own.
import type { EntityManager } from '@mikro-orm/postgresql'
import { rateLimit } from '../database/rate-limit.ts'
import type { StoredFile } from '../files/stored-file.ts'
import { clientKey } from '../lib/client-key.ts'
import { takePoints } from '../people/link-limits.ts'

const MB = 1024 * 1024
const HOUR = 3600
/** Files that a person's programs upload in an hour, by whichever token, … */
const perPerson = { name: 'uploads', points: 300, seconds: HOUR }
/** … and megabytes that strangers send along with the public form, for one client, which may be a whole office. */
const perClient = { name: 'form-megabytes', points: 500, seconds: HOUR }

/** Counts one upload; refuses with RATE_LIMITED and `seconds`. */
export const countUpload = (em: EntityManager, person: string): Promise<void> =>
  takePoints(rateLimit(em, perPerson), `person:${person}`)

/** Counts what came with one post of the public form; refuses with RATE_LIMITED and `seconds`. */
export function countFilesOfStranger(em: EntityManager, address: string, files: readonly StoredFile[]): Promise<void> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return takePoints(rateLimit(em, perClient), `client:${clientKey(address)}`, Math.ceil(bytes / MB))
}
