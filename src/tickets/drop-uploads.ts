import { type EntityManager, type FilterQuery, LockMode } from '@mikro-orm/postgresql'
import type { FileStore } from '../files/store.ts'
import { Attachment } from './attachment.ts'
import { UPLOAD_LIFETIME_MS, uploadId } from './keep-upload.ts'

/** Longer than any request takes, so that no upload goes while somebody is just using it. */
const GRACE_MS = 3_600_000
const BATCH = 100
const DAY_MS = 24 * 3_600_000
/** Not yesterday, whose last upload may just be getting its row; some more, for days on which the job did not run. */
const rowlessDays = [2, 3, 4, 5, 6, 7]

/** Removes uploads that no message took, with their bytes; others are left alone. Takes global ids. */
export async function dropUploads(em: EntityManager, files: FileStore, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await drop(em, files, { id: { $in: ids.map(uploadId) } })
}

/** Removes what was not used in its 24 hours, and what uploads left behind that broke off. For a job, once a day. */
export async function dropUnusedUploads(em: EntityManager, files: FileStore, now: Date): Promise<void> {
  const before = new Date(now.getTime() - UPLOAD_LIFETIME_MS - GRACE_MS)
  while ((await drop(em.fork(), files, { createdAt: { $lt: before } })) === BATCH);
  for (const daysAgo of rowlessDays) await dropRowless(em, files, new Date(now.getTime() - daysAgo * DAY_MS))
  await files.dropDrafts(before)
}

/** Of files that were stored while the process was killed nothing is known but their bytes. */
async function dropRowless(em: EntityManager, files: FileStore, day: Date): Promise<void> {
  const batch: string[] = []
  for await (const key of files.storedOn(day)) {
    batch.push(key)
    if (batch.length === BATCH) await dropUnknown(em, files, batch.splice(0))
  }
  await dropUnknown(em, files, batch)
}

async function dropUnknown(em: EntityManager, files: FileStore, keys: readonly string[]): Promise<void> {
  const rows = await em.fork().find(Attachment, { storageKey: { $in: [...keys] } }, { fields: ['storageKey'] })
  const mails = await em.execute<{ storage_key: string }[]>(
    'select storage_key from incoming_mail where storage_key = any(?::text[])',
    [`{${keys}}`],
  )
  const known = new Set([...rows.map(({ storageKey }) => storageKey), ...mails.map(row => row.storage_key)])
  await Promise.all(keys.filter(key => !known.has(key)).map(key => files.delete(key)))
}

/** Bytes first: should this break off, the rows are still there to be dropped again. */
async function drop(em: EntityManager, files: FileStore, which: FilterQuery<Attachment> & object): Promise<number> {
  return em.transactional(async inside => {
    const free = { ...which, message: null }
    const rows = await inside.find(Attachment, free, { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE, limit: BATCH })
    await Promise.all(rows.map(({ storageKey }) => files.delete(storageKey)))
    for (const row of rows) inside.remove(row)
    return rows.length
  })
}
