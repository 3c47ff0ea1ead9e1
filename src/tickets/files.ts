// Files as the web kit handles them: by global id, with the rule of the ticket they belong to.

import type { StoredFile } from '../files/stored-file.ts'
import { Refusal } from '../graph/refusal.ts'
import { entityOf } from '../graph/things.ts'
import { Scope } from '../integrations/api-token.ts'
import { parseGlobalId } from '../lib/ids.ts'
import type { User } from '../people/user.ts'
import type { Viewer } from '../people/viewer.ts'
import type { Plaindesk } from '../plaindesk.ts'
import type { Attachment } from './attachment.ts'
import { dropUploads } from './drop-uploads.ts'
import { keepUploads } from './keep-upload.ts'
import { scopeHolds } from './may.ts'
import { countFilesOfStranger, countUpload } from './upload-limits.ts'
import { findAttachment } from './visible.ts'

interface Asker {
  viewer: Viewer
  ip?: string | undefined
}

export function createDoorToFiles({ orm, files, clock }: Plaindesk) {
  function keepAll(user: User | null, stored: StoredFile[]): Promise<Attachment[]> {
    const em = orm.em.fork()
    return keepUploads(em, user && entityOf(em, user), stored, clock())
  }

  return {
    /** Rows for the files of a form; the mutation then takes them by these ids. */
    async keep({ viewer, ip = '' }: Asker, stored: StoredFile[]): Promise<string[]> {
      if (!viewer.user) await countFilesOfStranger(orm.em.fork(), ip, stored)
      const kept = await keepAll(viewer.user, stored)
      return kept.map(({ globalId }) => globalId)
    },

    drop: (ids: readonly string[]): Promise<void> => dropUploads(orm.em.fork(), files, ids),

    /** Before a program's file is read: refuses whoever uploads too many. */
    count: ({ user }: Viewer): Promise<void> => countUpload(orm.em.fork(), user?.id ?? ''),

    /** One file of a program, told back with its id. */
    async keepOne({ user }: Viewer, stored: StoredFile) {
      const [kept] = await keepAll(user, [stored])
      if (!kept) throw new Error('an upload was stored and has no row')
      return { id: kept.globalId, filename: kept.filename, contentType: kept.contentType, size: kept.size }
    },

    /** The file behind a global id, or null where it is none of theirs. */
    async find({ viewer }: Asker, id: string): Promise<Attachment | null> {
      if (!scopeHolds(viewer, Scope.TICKETS_READ)) throw new Refusal('FORBIDDEN')
      const parsed = parseGlobalId(id)
      return parsed?.type === 'Attachment' ? findAttachment(orm.em.fork(), viewer, parsed.id) : null
    },
  }
}
