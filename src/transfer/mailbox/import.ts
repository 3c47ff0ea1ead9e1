// Mailboxes of the time before: each mail is filed as it would have been when it came, in the order of time.
import { statSync } from 'node:fs'
import type { Envelope } from '../../inbox/door.ts'
import { excerptOf } from '../../inbox/excerpt.ts'
import type { Inbox } from '../../inbox/inbox.ts'
import { MailOutcome } from '../../inbox/incoming-mail.ts'
import { newRow } from '../../inbox/new-row.ts'
import { headersOf, keepRaw, sha256Of } from '../../inbox/raw-mail.ts'
import { readMail } from '../../inbox/reading/read-mail.ts'
import { Trouble } from '../../lib/trouble.ts'
import { AdminEvent, AdminEventType } from '../../people/admin-event.ts'
import type { Plaindesk } from '../../plaindesk.ts'
import { connect, importAlone } from '../connect.ts'
import type { Progress } from '../progress.ts'
import { closeOld } from './close-old.ts'
import { openDryRun } from './dry-run.ts'
import { filePast } from './file-past.ts'
import { type FoundMail, mailsInMaildir, mailsInMbox } from './find-mails.ts'
import { isKnown } from './is-known.ts'
import { LARGEST, readFound } from './read-found.ts'
import { type MailReport, newReport, type Take } from './report.ts'

export interface MailboxWishes {
  mbox: readonly string[]
  maildir: readonly string[]
  dryRun: boolean
  /** Days without a word after which a ticket is closed. */
  closeAfter: number
  print: (line: string) => void
  stopping: AbortSignal
}

/** Files all mails that are not in the ledger yet; so a run that was broken off is simply done once more. */
export async function importMailbox(
  plaindesk: Plaindesk,
  wishes: MailboxWishes,
  progress: Progress,
): Promise<MailReport> {
  await using stack = new AsyncDisposableStack()
  const client = await connect(stack, plaindesk.config.databaseUrl ?? '', 'import')
  if (!(await importAlone(client))) throw new Trouble('Another import is running.')
  const mails = await found(wishes)
  const report = newReport()
  const take = wishes.dryRun ? openDryRun(plaindesk, report) : filing(plaindesk, wishes, report)
  progress.begin(mails.length)
  for (const [at, mail] of mails.entries()) {
    wishes.stopping.throwIfAborted()
    await takeOne(mail, take, wishes, report)
    progress.at(at + 1, `${report.tickets} tickets`)
  }
  if (!wishes.dryRun) report.closed = await closeOld(plaindesk, wishes.closeAfter)
  return report
}

/** What cannot be filed is told, and tried again by the next run. */
async function takeOne(mail: FoundMail, take: Take, { print }: MailboxWishes, report: MailReport): Promise<void> {
  report.mails += 1
  const raw = await readFound(mail)
  try {
    if (raw === null) throw new Trouble(`larger than ${LARGEST / 1024 / 1024} MB`)
    await take(raw, mail.at)
  } catch (error) {
    report.failed += 1
    print(`${mail.path}:${mail.start}: ${error instanceof Error ? error.message : error}`)
  }
}

/** All mails of all places, oldest first. */
async function found({ mbox, maildir }: MailboxWishes): Promise<FoundMail[]> {
  const mails: FoundMail[] = []
  for (const path of mbox) {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new Trouble(`There is no file ${path}.`)
    for await (const mail of mailsInMbox(path)) mails.push(mail)
  }
  for (const path of maildir) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Trouble(`There is no folder ${path}.`)
    for await (const mail of mailsInMaildir(path)) mails.push(mail)
  }
  return mails.sort((one, other) => one.at.getTime() - other.at.getTime())
}

function filing(plaindesk: Plaindesk, { mbox, maildir }: MailboxWishes, report: MailReport): Take {
  const now = plaindesk.clock()
  let isRecorded = false
  return async (raw, written) => {
    const at = written < now ? written : now // a clock that was ahead
    const inbox: Inbox = { ...plaindesk, clock: () => at }
    const envelope: Envelope = { door: 'COMMAND', from: null, to: [], client: null }
    // As at the door: by its header lines alone it is known again.
    const mail = newRow(inbox, await readMail(headersOf(raw)), raw.length, sha256Of(raw), null, envelope)
    if (await isKnown(plaindesk, mail)) {
      report.known += 1
      return
    }
    const facts = await readMail(raw)
    if (!isRecorded) await record(plaindesk, [...mbox, ...maildir].join(', '), now)
    isRecorded = true
    mail.storageKey = await keepRaw(plaindesk.files, raw)
    mail.kind = facts.kind
    mail.excerpt = excerptOf(facts)
    const { outcome } = await filePast(inbox, { facts, at, mail }, now)
    report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1
    if (outcome === MailOutcome.CREATED || outcome === MailOutcome.FOLLOWED_UP) report.tickets += 1
  }
}

async function record({ orm }: Plaindesk, about: string, now: Date): Promise<void> {
  const em = orm.em.fork()
  em.persist(new AdminEvent(AdminEventType.IMPORTED, null, { about }, now))
  await em.flush()
}
