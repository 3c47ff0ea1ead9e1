import { type EntityManager, LockMode } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { ScanResult, type StoredFile } from '../files/stored-file.ts'
import { Refusal } from '../graph/refusal.ts'
import { Scope } from '../integrations/api-token.ts'
import { addJob } from '../jobs/add-job.ts'
import { parseGlobalId } from '../lib/ids.ts'
import type { User } from '../people/user.ts'
import type { Viewer } from '../people/viewer.ts'
import { Attachment } from './attachment.ts'
import { scopeHolds } from './may.ts'
import type { Message } from './message.ts'
import { signedIn } from './visible.ts'

const MB = 1024 * 1024
/** Product §8: an upload that no message takes within a day is gone. */
export const UPLOAD_LIFETIME_MS = 24 * 3_600_000

/** Who may upload by the API: people with portal access, by a token only where it may write tickets. Else refuses. */
export function checkMayUpload(viewer: Viewer): void {
  signedIn(viewer)
  if (!scopeHolds(viewer, Scope.TICKETS_WRITE)) throw new Refusal('FORBIDDEN')
}

/** Makes rows of stored files. They belong to their uploader (null = a stranger) until a message takes them. */
export async function keepUploads(
  em: EntityManager,
  uploader: User | null,
  files: readonly StoredFile[],
  now: Date,
): Promise<Attachment[]> {
  const attachments = files.map(file => new Attachment(uploader, file, now))
  await em.transactional(async inside => {
    inside.persist(attachments)
    await inside.flush()
    for (const { id, scan } of attachments) {
      if (scan === ScanResult.PENDING) await addJob(inside, 'scan-attachment', { attachment: id })
    }
  })
  return attachments
}

/**
 * Puts uploads on a message, inside the mutation's transaction. Each must be the uploader's own, younger than 24 hours
 * and on no message yet, else `UNKNOWN_ATTACHMENT`. The rows are locked: of two posts at once, one gets an upload.
 * A stranger's ids must come from nowhere but their own form's post.
 */
export async function takeAttachments(
  em: EntityManager,
  ids: readonly string[],
  uploader: User | null,
  message: Message,
  config: Pick<Config, 'maxFiles' | 'maxTotalMb'>,
): Promise<void> {
  const wanted = new Set(ids)
  if (wanted.size === 0) return
  if (wanted.size > config.maxFiles) throw new Refusal('TOO_MANY_FILES', 'attachments', { count: config.maxFiles })
  const since = new Date(message.createdAt.getTime() - UPLOAD_LIFETIME_MS)
  const isFree = { uploader: uploader?.id ?? null, message: null, createdAt: { $gt: since } }
  const rows = await em.find(
    Attachment,
    { id: { $in: [...wanted].map(uploadId) }, ...isFree },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  )
  if (rows.length < wanted.size) throw new Refusal('UNKNOWN_ATTACHMENT', 'attachments')
  const total = rows.reduce((sum, { size }) => sum + size, 0)
  if (total > config.maxTotalMb * MB) throw new Refusal('FILES_TOO_LARGE', 'attachments', { max: config.maxTotalMb })
  message.attachments.add(rows)
}

/** The row's id in an upload's global id. */
export function uploadId(id: string): string {
  const parsed = parseGlobalId(id)
  if (parsed?.type !== 'Attachment') throw new Refusal('UNKNOWN_ATTACHMENT', 'attachments')
  return parsed.id
}
