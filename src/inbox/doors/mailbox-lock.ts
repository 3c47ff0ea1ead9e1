// One process watches a mailbox at a time; when it dies, its connection goes and with it the lock, and another takes over.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** First half of the lock's key: says that the second is a mailbox. The workers have one of their own (jobs/presence.ts). */
const MAILBOXES = 0x6d61696c
const RETRY_MS = 3000

export interface MailboxLock {
  /** Aborted when the connection to the database broke: from then on another may hold it. */
  lost: AbortSignal
  release(): Promise<void>
}

/** Waits until nobody else holds it; null when `stopping` came first. */
export async function lockMailbox(url: string, name: string, stopping: AbortSignal): Promise<MailboxLock | null> {
  while (!stopping.aborted) {
    const lock = await tryLock(url, name).catch(() => null)
    if (lock) return lock
    await sleep(RETRY_MS, undefined, { signal: stopping }).catch(() => {})
  }
  return null
}

async function tryLock(url: string, name: string): Promise<MailboxLock | null> {
  const lost = new AbortController()
  const client = new pg.Client({ connectionString: url, application_name: 'plaindesk mailbox', keepAlive: true })
  client.on('error', () => {}) // 'end' follows
  client.once('end', () => lost.abort())
  await client.connect()
  const key = createHash('sha256').update(name).digest().readInt32BE()
  const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as is_ours', [MAILBOXES, key])
  if (rows[0].is_ours) return { lost: lost.signal, release: () => client.end() }
  await client.end()
  return null
}
