// Watches the mailbox of IMAP_URL: takes what is there, is told of what comes (IDLE), and looks by itself every minute.
import { setTimeout as sleep } from 'node:timers/promises'
import type { MikroORM } from '@mikro-orm/postgresql'
import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import type { Log } from '../../log.ts'
import type { Reception } from '../door.ts'
import type { ImapAccount } from './imap-account.ts'
import { makeFolders } from './imap-folders.ts'
import { newsOf } from './imap-news.ts'
import { takeAll } from './imap-round.ts'
import { MailboxTrouble } from './mailbox.ts'
import { lockMailbox } from './mailbox-lock.ts'
import { type MailboxRecord, mailboxRecord } from './mailbox-record.ts'
import { MailboxError, troubleOf } from './mailbox-trouble.ts'

const SECOND = 1000
/** Also ends each IDLE long before the 29 minutes of RFC 2177, and finds out soon that a connection is dead. */
const POLL_MS = 60 * SECOND
const FIRST_WAIT_MS = SECOND
const LONGEST_WAIT_MS = 5 * 60 * SECOND
/** A stop waits so long for the mail that is being taken. */
const STOP_MS = 10 * SECOND

export interface Watching {
  account: ImapAccount
  reception: Reception
  orm: MikroORM
  databaseUrl: string
  /** In bytes. */
  limit: number
  clock: () => Date
  log: Log
  /** Milliseconds between two looks. */
  poll?: number
  /** Of the first wait after trouble, in milliseconds; it doubles up to five minutes. */
  firstWait?: number
  tls?: ImapFlowOptions['tls']
}

export interface MailboxWatch {
  stop(): Promise<void>
}

/** Watches for as long as the process lives, whatever happens; stands by while another process does. */
export function watchMailbox(watching: Watching): MailboxWatch {
  const stopping = new AbortController()
  const ended = run(watching, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await Promise.race([ended, sleep(STOP_MS, undefined, { ref: false })])
    },
  }
}

async function run(watching: Watching, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const lock = await lockMailbox(watching.databaseUrl, watching.account.name, stopping)
    if (!lock) return
    await reconnecting(watching, AbortSignal.any([stopping, lock.lost]))
    await lock.release().catch(() => {})
  }
}

/** One connection after the other, with growing waits between those that fail. */
async function reconnecting(watching: Watching, ending: AbortSignal): Promise<void> {
  const { account, orm, clock, log, firstWait = FIRST_WAIT_MS } = watching
  const record = mailboxRecord(orm, account.name, clock)
  let wait = firstWait
  while (!ending.aborted) {
    try {
      await session(watching, record, ending, () => (wait = firstWait))
    } catch (error) {
      if (ending.aborted) return
      // The server's words may quote mail; they are shown to admins, the log does without.
      log.warn({ mailbox: account.name, trouble: troubleOf(error), wait }, 'the mailbox cannot be read')
      await record.failed(error).catch(() => {}) // the database may be what is away
      await sleep(wait, undefined, { signal: ending }).catch(() => {})
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    }
  }
}

/** From log-in until the connection ends; `onSuccess` after each look that went well. */
async function session(
  watching: Watching,
  record: MailboxRecord,
  ending: AbortSignal,
  onSuccess: () => void,
): Promise<void> {
  const { account, reception, limit, clock, log, poll = POLL_MS, tls } = watching
  const client = new ImapFlow({
    ...(await account.options()),
    ...(tls ? { tls } : {}),
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: 30 * SECOND,
    socketTimeout: 2 * 60 * SECOND,
    maxLiteralSize: 2 * limit, // whatever size the server had told before
    clientInfo: { name: 'Plaindesk' },
  })
  client.on('error', () => {}) // whatever is awaited fails with it
  const news = newsOf(client)
  try {
    await client.connect()
    await makeFolders(client)
    const { readOnly } = await client.mailboxOpen(account.folder.split('/'))
    if (readOnly) throw new MailboxError(MailboxTrouble.FOLDER, 'The folder may only be read.')
    log.info({ mailbox: account.name }, 'the mailbox is watched')
    while (!ending.aborted) {
      news.forget()
      await takeAll({ client, reception, record, limit, clock, log, stopping: ending }).then(
        () => record.succeeded().then(onSuccess),
        error => tolerate(error, record, client),
      )
      await news.wait(poll, ending)
    }
  } finally {
    await client.logout().catch(() => client.close())
  }
}

/** Mail that fails is written down as the mailbox's trouble, but no reason to hang up. */
async function tolerate(error: unknown, record: MailboxRecord, client: ImapFlow): Promise<void> {
  if (!client.usable || troubleOf(error) !== MailboxTrouble.MAIL) throw error
  await record.failed(error)
}
