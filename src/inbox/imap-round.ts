// One look into the mailbox: everything that lies there is taken, in order, and put where it belongs.
import type { ImapFlow } from 'imapflow'
import type { Log } from '../log.ts'
import type { Envelope, Outcome, Receipt, Reception } from './door.ts'
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
  const mails = await listOf(client)
  const uids = mails.map(({ uid }) => uid)
  const tries = await createTries(record, validityOf(client), uids, clock)
  let taken = 0
  let mayWait = true
  for (const mail of mails) {
    if (stopping.aborted) break
    const attempt = await tries.begin(mail.uid)
    if (!attempt) continue
    try {
      mayWait = (await takeOne(round, mail, attempt, mayWait)) && mayWait
      tries.done(mail.uid)
      taken++
    } catch (error) {
      await tries.fail(mail.uid, { isItsFault: client.usable })
      if (!client.usable) throw error
      round.log.warn({ err: error, attempt: attempt.count }, 'a mail could not be taken from the mailbox')
    }
  }
  await tries.finish()
  if (tries.failing > 0 && taken === 0)
    throw new MailboxError(MailboxTrouble.MAIL, `Mails that could not be taken yet: ${tries.failing}.`)
}

interface Listed {
  uid: number
  /** In bytes; some servers guess. */
  size: number
}

/** What lies there, oldest first, but for what somebody meant to delete. */
async function listOf(client: ImapFlow): Promise<Listed[]> {
  const uids = await client.search({ deleted: false }, { uid: true })
  if (!Array.isArray(uids)) throw new MailboxError(MailboxTrouble.FOLDER, 'The mails cannot be listed.')
  if (uids.length === 0) return []
  const range = `${Math.min(...uids)}:${Math.max(...uids)}`
  const found = await client.fetchAll(range, { size: true }, { uid: true })
  const sizes = new Map(found.map(({ uid, size }) => [uid, size ?? 0]))
  return uids.sort((a, b) => a - b).map(uid => ({ uid, size: sizes.get(uid) ?? 0 }))
}

const validityOf = ({ mailbox }: ImapFlow): string => (mailbox ? `${mailbox.uidValidity}` : '')

/** Whether the next mail's outcome may be waited for as well: not after one that took too long. */
async function takeOne(round: Round, mail: Listed, attempt: Try, mayWait: boolean): Promise<boolean> {
  if (attempt.folder) {
    await move(round.client, mail, attempt.folder)
    return true
  }
  const receipt = await receive(round, mail, attempt)
  if (!receipt) return true
  const outcome = receipt.outcome ?? (mayWait ? await round.reception.settle(receipt.mail, SETTLE_MS) : null)
  const folder = folderFor(outcome)
  attempt.folder = folder
  await move(round.client, mail, folder)
  return outcome !== null
}

/** Null where somebody else took it out of the mailbox meanwhile. */
async function receive(round: Round, mail: Listed, attempt: Try): Promise<Receipt | null> {
  const { client, reception, limit } = round
  if (attempt.isLast) return onlyHeaders(round, mail, 'failing')
  if (mail.size > limit) return onlyHeaders(round, mail, 'too-large')
  const found = await client.fetchOne(`${mail.uid}`, { source: true }, { uid: true })
  if (!found) return null
  const { source } = found
  if (source === undefined) throw new MailboxError(MailboxTrouble.MAIL, 'The server gives no content of a mail.')
  if (source.length > limit) return onlyHeaders(round, { ...mail, size: source.length }, 'too-large')
  return reception.receive(source, envelope)
}

async function onlyHeaders(
  { client, reception }: Round,
  { uid, size }: Listed,
  reason: 'too-large' | 'failing',
): Promise<Receipt & { outcome: Outcome }> {
  const query = { bodyParts: [{ key: 'HEADER', start: 0, maxLength: MAX_HEADERS }] }
  const message = await client.fetchOne(`${uid}`, query, { uid: true })
  const headers = message ? message.headers : undefined
  const receipt = await reception.receiveHeaders(headers ?? Buffer.alloc(0), size, envelope, reason)
  return { ...receipt, outcome: 'held' }
}

async function move(client: ImapFlow, { uid }: Listed, folder: Folder): Promise<void> {
  const moved = await client.messageMove(`${uid}`, [folder], { uid: true })
  if (!moved) throw new MailboxError(MailboxTrouble.FOLDER, `A mail could not be moved to ${folder}.`)
}
