// How often each mail was tried. Written down before the try: a mail that kills the process counts, too.
import type { Folder } from './imap-folders.ts'
import { folders } from './imap-folders.ts'
import type { Attempt } from './mailbox.ts'
import type { MailboxRecord } from './mailbox-record.ts'

const MINUTE = 60_000
/** Waits after the first to the fifth failure. Long enough for a store that is away: its mails should not all be held. */
const waits = [1, 5, 15, 60, 60].map(minutes => minutes * MINUTE)
const MAX_TRIES = waits.length

export interface Try {
  count: number
  /** It failed too often: only its headers are taken. */
  isLast: boolean
  /** It was taken before, and could not be moved there. */
  folder: Folder | null
}

export interface Tries {
  /** How many are there that failed. */
  readonly failing: number
  /** Null where it is not its turn yet. */
  begin(uid: number): Promise<Try | null>
  /** It is where it belongs. */
  done(uid: number): void
  /** Where the server went away meanwhile, the first time is taken for a coincidence; but a mail may be what kills it. */
  fail(uid: number, why: { isServerGone: boolean }): Promise<void>
  /** Writes down what `done` has not: each next `begin` does it in passing. */
  finish(): Promise<void>
}

/** `validity` is the UIDVALIDITY of the folder: where that changes, uids mean other mails and counting begins anew. */
export async function createTries(
  record: MailboxRecord,
  validity: string,
  uids: readonly number[],
  clock: () => Date,
): Promise<Tries> {
  const known = await record.attempts()
  const keyOf = (uid: number) => `${validity}:${uid}`
  const here = new Set(uids.map(keyOf))
  const attempts = Object.fromEntries(Object.entries(known).filter(([key]) => here.has(key)))
  const current = new Map<number, Try>()
  const keep = () => record.keepAttempts(attempts)

  return {
    get failing() {
      return Object.keys(attempts).length
    },
    async begin(uid) {
      const now = clock()
      const before: Attempt = attempts[keyOf(uid)] ?? { count: 0, next: now.toISOString() }
      if (new Date(before.next) > now) return null
      const count = before.count + 1
      const attempt: Try = {
        count,
        isLast: count > MAX_TRIES,
        folder: folders.find(name => name === before.folder) ?? null,
      }
      const wait = waits[Math.min(count, MAX_TRIES) - 1] ?? MINUTE
      attempts[keyOf(uid)] = { ...before, count, next: new Date(now.getTime() + wait).toISOString() }
      current.set(uid, attempt)
      await keep()
      return attempt
    },
    done(uid) {
      delete attempts[keyOf(uid)]
    },
    async fail(uid, { isServerGone }) {
      const entry = attempts[keyOf(uid)]
      if (!entry) return
      const folder = current.get(uid)?.folder
      if (folder) entry.folder = folder
      if (isServerGone && entry.count === 1) entry.next = clock().toISOString()
      await keep()
    },
    async finish() {
      if (current.size > 0 || Object.keys(known).length > 0) await keep()
    },
  }
}
