// One look into the mailbox: everything that lies there is taken, in order, and put where it belongs.
import type { ImapFlow } from 'imapflow'
import type { Log } from '../../log.ts'
import type { Envelope, Outcome, Receipt, Reception } from '../door.ts'
import { type Folder, folderFor } from './imap-folders.ts'
import { MailboxTrouble } from './mailbox.ts'
import type { MailboxRecord } from './mailbox-record.ts'
import { createTries, type Try } from './mailbox-tries.ts'
import { MailboxError } from './mailbox-trouble.ts'

/** A job decides within this time, or the mail is put away undecided: the ledger has it. */
const SETTLE_MS = 3000
const MAX_HEADERS = 64 * 1024
const envelope: Envelope = { door: 'IMAP', from: null, to: [], client: null }

export interface Round {
  client: ImapFlow
  reception: Reception
  record: MailboxRecord
  /** In bytes. */
  limit: number
  clock: () => Date
  log: Log
  stopping: AbortSignal
}

/**
 * Takes every mail, read or not, because people read mail. One that fails stays and is tried again later; the others do
 * not wait for it. Throws when the connection or the database is gone, or when there is nothing but mail that fails.
 */
export async function takeAll(round: Round): Promise<void> {
  const { client, record, stopping, clock } = round
  const uids = await listOf(client)
  const tries = await createTries(record, validityOf(client), uids, clock)
  let taken = 0
  let mayWait = true
  for (const uid of uids) {
    if (stopping.aborted) break
    const attempt = await tries.begin(uid)
    if (!attempt) continue
    try {
      mayWait = (await takeOne(round, uid, attempt, mayWait)) && mayWait
      tries.done(uid)
      taken++
    } catch (error) {
      await tries.fail(uid, { isServerGone: !client.usable })
      if (!client.usable) throw error
      round.log.warn({ err: error, attempt: attempt.count }, 'a mail could not be taken from the mailbox')
    }
  }
  await tries.finish()
  if (tries.failing > 0 && taken === 0)
    throw new MailboxError(MailboxTrouble.MAIL, `Mails that could not be taken yet: ${tries.failing}.`)
}

/** What lies there, oldest first, but for what somebody meant to delete. */
async function listOf(client: ImapFlow): Promise<number[]> {
  const uids = await client.search({ deleted: false }, { uid: true })
  if (!Array.isArray(uids)) throw new MailboxError(MailboxTrouble.FOLDER, 'The mails cannot be listed.')
  return uids.sort((a, b) => a - b)
}

const validityOf = ({ mailbox }: ImapFlow): string => (mailbox ? `${mailbox.uidValidity}` : '')

/** Whether the next mail's outcome may be waited for as well: not after one that took too long. */
async function takeOne(round: Round, uid: number, attempt: Try, mayWait: boolean): Promise<boolean> {
  if (attempt.folder) {
    await move(round.client, uid, attempt.folder)
    return true
  }
  const receipt = await receive(round, uid, attempt)
  if (!receipt) return true
  const outcome = receipt.outcome ?? (mayWait ? await round.reception.settle(receipt.mail, SETTLE_MS) : null)
  const folder = folderFor(outcome)
  attempt.folder = folder
  await move(round.client, uid, folder)
  return outcome !== null
}

/** Null where somebody else took it out of the mailbox meanwhile. All that is asked of a mail is asked in its own try. */
async function receive(round: Round, uid: number, attempt: Try): Promise<Receipt | null> {
  const { client, reception, limit } = round
  const listed = await client.fetchOne(`${uid}`, { size: true }, { uid: true })
  if (!listed) return null
  const size = listed.size ?? 0
  if (attempt.isLast) return onlyHeaders(round, uid, size, 'failing')
  if (size > limit) return onlyHeaders(round, uid, size, 'too-large')
  const found = await client.fetchOne(`${uid}`, { source: true }, { uid: true })
  if (!found) return null
  const { source } = found
  if (source === undefined) throw new MailboxError(MailboxTrouble.MAIL, 'The server gives no content of a mail.')
  if (source.length > limit) return onlyHeaders(round, uid, source.length, 'too-large') // some servers guess
  return reception.receive(source, envelope)
}

async function onlyHeaders(
  { client, reception }: Round,
  uid: number,
  size: number,
  reason: 'too-large' | 'failing',
): Promise<Receipt & { outcome: Outcome }> {
  const query = { bodyParts: [{ key: 'HEADER', start: 0, maxLength: MAX_HEADERS }] }
  const message = await client.fetchOne(`${uid}`, query, { uid: true })
  const headers = message ? message.headers : undefined
  const receipt = await reception.receiveHeaders(headers ?? Buffer.alloc(0), size, envelope, reason)
  return { ...receipt, outcome: 'held' }
}

async function move(client: ImapFlow, uid: number, folder: Folder): Promise<void> {
  const moved = await client.messageMove(`${uid}`, [folder], { uid: true })
  if (!moved) throw new MailboxError(MailboxTrouble.FOLDER, `A mail could not be moved to ${folder}.`)
}
