// The raw mail, for agents who look into it.

import { ScanResult } from '../files/stored-file.ts'
import { Refusal } from '../graph/refusal.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { type Viewer, worksTickets } from '../people/viewer.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { fork } from './inbox.ts'
import { IncomingMail } from './incoming-mail.ts'
import { storedSize } from './raw-mail.ts'

export function createDoorToMail(plaindesk: Plaindesk) {
  return {
    async find({ viewer }: { viewer: Viewer }, id: string) {
      if (!viewer.user) throw new Refusal('UNAUTHENTICATED')
      if (!worksTickets(viewer)) throw new Refusal('FORBIDDEN')
      const parsed = parseGlobalId(id)
      const mail = parsed?.type === 'IncomingMail' ? await fork(plaindesk).findOne(IncomingMail, parsed.id) : null
      if (!mail?.storageKey) return null
      const { storageKey, sha256, receivedAt: createdAt } = mail
      const file = {
        filename: `mail-${mail.id}.eml`,
        contentType: 'message/rfc822',
        size: storedSize(mail),
        sha256,
        storageKey,
        createdAt,
      }
      return { ...file, scan: ScanResult.CLEAN }
    },
  }
}
