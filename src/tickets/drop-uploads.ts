import { type EntityManager, type FilterQuery, LockMode } from '@mikro-orm/postgresql'
import type { FileStore } from '../files/store.ts'
import { Attachment } from './attachment.ts'
import { UPLOAD_LIFETIME_MS, uploadId } from './keep-upload.ts'

/** Longer than any request takes, so that no upload goes while somebody is just using it. */
const GRACE_MS = 3_600_000
const BATCH = 100

/** Removes uploads that no message took, with their bytes; others are left alone. Takes global ids. */
export async function dropUploads(em: EntityManager, files: FileStore, ids: readonly string[]): Promise<void> {
  await drop(em, files, { id: { $in: ids.map(uploadId) } })
}

/** Removes what was not used in its 24 hours, and what uploads left behind that broke off. */
export async function dropUnusedUploads(em: EntityManager, files: FileStore, now: Date): Promise<void> {
  const before = new Date(now.getTime() - UPLOAD_LIFETIME_MS - GRACE_MS)
  while ((await drop(em.fork(), files, { createdAt: { $lt: before } })) === BATCH);
  await files.dropDrafts(before)
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
