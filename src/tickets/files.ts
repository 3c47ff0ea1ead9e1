// Files as the web kit handles them: by global id, with the rule of the ticket they belong to.

import type { StoredFile } from '../files/stored-file.ts'
import { parseGlobalId } from '../lib/ids.ts'
import type { User } from '../people/user.ts'
import type { Viewer } from '../people/viewer.ts'
import type { Plaindesk } from '../plaindesk.ts'
import type { Attachment } from './attachment.ts'
import { dropUploads } from './drop-uploads.ts'
import { keepUploads } from './keep-upload.ts'
import { findAttachment } from './visible.ts'

interface Asker {
  viewer: Viewer
}

export function createDoorToFiles({ orm, files, clock }: Plaindesk) {
  function keepAll(user: User | null, stored: StoredFile[]): Promise<Attachment[]> {
    const em = orm.em.fork()
    return keepUploads(em, user && em.merge(user), stored, clock())
  }

  return {
    /** Rows for the files of a form; the mutation then takes them by these ids. */
    async keep({ viewer }: Asker, stored: StoredFile[]): Promise<string[]> {
      const kept = await keepAll(viewer.user, stored)
      return kept.map(({ globalId }) => globalId)
    },

    drop: (ids: readonly string[]): Promise<void> => dropUploads(orm.em.fork(), files, ids),

    /** One file of a program, told back with its id. */
    async keepOne({ user }: Viewer, stored: StoredFile) {
      const [kept] = await keepAll(user, [stored])
      if (!kept) throw new Error('an upload was stored and has no row')
      return { id: kept.globalId, filename: kept.filename, contentType: kept.contentType, size: kept.size }
    },

    /** The file behind a global id, or null where it is none of theirs. */
    async find({ viewer }: Asker, id: string): Promise<Attachment | null> {
      const parsed = parseGlobalId(id)
      return parsed?.type === 'Attachment' ? findAttachment(orm.em.fork(), viewer, parsed.id) : null
    },
  }
}
