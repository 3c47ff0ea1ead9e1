import type { ImapFlow } from 'imapflow'
import type { Outcome } from './door.ts'

/** Where handled mail goes; beside INBOX, or below it where the server wants that. */
export const folders = ['Processed', 'Held', 'Refused'] as const
export type Folder = (typeof folders)[number]

/** What nobody has decided yet counts as processed: the ledger has it. */
export function folderFor(outcome: Outcome | null): Folder {
  if (outcome === 'held' || outcome === 'unreadable') return 'Held'
  return outcome === 'refused' ? 'Refused' : 'Processed'
}

/** Makes those that are missing. In parts, because then the package puts the server's namespace in front ("INBOX."). */
export async function makeFolders(client: ImapFlow): Promise<void> {
  for (const folder of folders) await client.mailboxCreate([folder])
}
