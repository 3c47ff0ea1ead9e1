import { createHash } from 'node:crypto'
import type { Context } from '../graph/context.ts'
import { knowsPassword } from './confirm-password.ts'
import type { OneTimeLink } from './one-time-link.ts'

/** Longer than anybody's second click takes. */
const MOMENT = 60_000

/** What one post of the form brings along. */
export interface SavedPassword {
  password: string
  attempt?: string | null
}

/** Notes by which post a link was used up. */
export function noteAttempt(link: OneTimeLink, { attempt }: SavedPassword): void {
  link.usedBy = attempt ? hashOf(attempt) : null
}

/**
 * Whether a post is the second click of a double click (product §9): the same form of the same browser saved the same
 * password by this link a moment ago. Then all is done; the browser shows the second answer, so it is that of the first.
 */
export async function isSavedJustNow(
  context: Pick<Context, 'em' | 'config' | 'now'>,
  { usedAt, usedBy, user }: OneTimeLink,
  { password, attempt }: SavedPassword,
): Promise<boolean> {
  const isSame = attempt && usedBy === hashOf(attempt) && usedAt && context.now.getTime() - usedAt.getTime() < MOMENT
  return isSame ? knowsPassword(context, user, password) : false
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
