// The files of a mail, by the limits that hold at every door. What is too big is left out of the ticket, and a line says so;
// the raw mail keeps it.
import { Readable } from 'node:stream'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Intake } from '../files/intake.ts'
import { globalId } from '../lib/ids.ts'
import { slices } from '../lib/slices.ts'
import type { User } from '../people/user.ts'
import type { Attachment } from '../tickets/attachment.ts'
import { dropUploads } from '../tickets/drop-uploads.ts'
import { keepUploads } from '../tickets/keep-upload.ts'
import { fork, type Inbox } from './inbox.ts'
import type { MailPart } from './reading/mail-facts.ts'

export interface KeptParts {
  /** Global ids, as mutations take them. */
  ids: string[]
  /** The names of the files that were too much. */
  leftOut: string[]
}

const MB = 1024 * 1024

export async function keepParts(inbox: Inbox, parts: readonly MailPart[], uploader: User | null): Promise<KeptParts> {
  const limits = inbox.settings.current
  const kept: KeptParts = { ids: [], leftOut: [] }
  let room = limits.maxTotalMb * MB
  // Logos take the last places.
  for (const part of parts.toSorted((one, other) => Number(one.isDecoration) - Number(other.isDecoration))) {
    if (part.size === 0) continue
    const intake = new Intake({
      files: inbox.files,
      config: { ...limits, maxTotalMb: room / MB },
      field: 'attachments',
      maxFiles: limits.maxFiles - kept.ids.length,
    })
    await intake.take(part.filename, Readable.from(slices(part.content), { objectMode: false }))
    const [file] = await intake.finish()
    if (intake.refusals.length > 0 && !part.isDecoration) kept.leftOut.push(part.filename)
    if (!file) continue
    room -= file.size
    const em = fork(inbox)
    const [attachment] = await keepUploads(em, uploader, [file], inbox.clock())
    if (attachment) kept.ids.push(await describe(em, attachment, part))
  }
  return kept
}

async function describe(em: EntityManager, attachment: Attachment, part: MailPart): Promise<string> {
  attachment.cid = part.cid
  attachment.isDecoration = part.isDecoration
  await em.flush()
  return globalId('Attachment', attachment.id)
}

/** When the message did not come about. */
export const dropParts = (inbox: Inbox, { ids }: KeptParts): Promise<void> => dropUploads(fork(inbox), inbox.files, ids)
