// The one function behind all three ways in: the raw mail is kept, a row written, and what cannot wait is decided.
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { addFileJob, BEHIND } from './add-file-job.ts'
import type { Envelope, Outcome, Reception } from './door.ts'
import { originalOf } from './identity.ts'
import { fork, type Inbox } from './inbox.ts'
import { IncomingMail, MailOutcome } from './incoming-mail.ts'
import { keepHeaders } from './keep-headers.ts'
import { newRow, outcomeWord, receiptOf } from './new-row.ts'
import { headersOf, keepRaw, sha256Of } from './raw-mail.ts'
import type { MailFacts } from './reading/mail-facts.ts'
import { readMail } from './reading/read-mail.ts'
import { refuseAtTheDoor } from './weighing/refuse-at-the-door.ts'

/** Should this process die before it decides, the job takes over after so long. */
const TAKE_OVER_SECONDS = 60
const LOOK_MS = 50

/** What SMTP, LMTP and IMAP hand their mails to. */
export function openReception(inbox: Inbox): Reception {
  return {
    async receive(raw, envelope) {
      const content = Buffer.isBuffer(raw) ? raw : await buffer(raw)
      const { mail, head } = await keep(inbox, content, envelope)
      if (mail.outcome === null && envelope.door === 'SMTP') await refuseAtTheDoor(inbox, mail, head, content)
      if (mail.outcome === null) await addFileJob(fork(inbox), mail, { priority: BEHIND }) // at once
      return receiptOf(mail)
    },
    receiveHeaders: (headers, size, envelope, reason) => keepHeaders(inbox, headers, size, envelope, reason),
    settle: (mail, milliseconds) => settle(inbox, mail, milliseconds),
  }
}

export interface Kept {
  mail: IncomingMail
  /** What its header lines tell. */
  head: MailFacts
}

/** Stores a mail and its row, in this order: a row without its mail would be a loss, a file without its row is not. */
export async function keep(inbox: Inbox, raw: Buffer, envelope: Envelope): Promise<Kept> {
  const storageKey = await keepRaw(inbox.files, raw)
  inbox.after?.('raw kept')
  const head = await readMail(headersOf(raw), envelope.from)
  const mail = newRow(inbox, head, raw.length, sha256Of(raw), storageKey, envelope)
  const original = await enter(inbox, mail)
  inbox.after?.('row written')
  // The same bytes are kept once.
  if (original?.sha256 === mail.sha256 && original.storageKey === mail.storageKey && original.storageKey !== storageKey)
    await inbox.files.delete(storageKey)
  return { mail, head }
}

/**
 * Writes the row and its job. A mail with an identity that is known is a duplicate: of two at the same moment, one; its
 * original is answered.
 */
async function enter(inbox: Inbox, mail: IncomingMail): Promise<IncomingMail | null> {
  return fork(inbox).transactional(async em => {
    const original = mail.identity === null ? null : await originalOf(em, mail.identity, mail)
    if (original) markDuplicate(mail, original)
    em.persist(mail)
    await em.flush()
    if (mail.outcome === null) await addFileJob(em, mail, { delaySeconds: TAKE_OVER_SECONDS, priority: BEHIND })
    return original
  })
}

function markDuplicate(mail: IncomingMail, original: IncomingMail): void {
  mail.identity = null
  mail.outcome = MailOutcome.DUPLICATE
  mail.reason = mail.messageId === null ? 'SAME_CONTENT' : 'SAME_MESSAGE_ID'
  mail.ticket = original.ticket
  mail.handledAt = mail.receivedAt
  if (original.sha256 === mail.sha256) mail.storageKey = original.storageKey
}

async function settle(inbox: Inbox, id: string, milliseconds: number): Promise<Outcome | null> {
  const deadline = Date.now() + milliseconds
  for (;;) {
    const mail = await fork(inbox).findOne(IncomingMail, id)
    if (mail?.outcome) return outcomeWord(mail.outcome)
    if (Date.now() >= deadline) return null
    await sleep(Math.min(LOOK_MS, deadline - Date.now()))
  }
}
