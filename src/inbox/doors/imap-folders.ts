import type { ImapFlow } from 'imapflow'
import type { Outcome } from '../door.ts'
import { MailboxTrouble } from './mailbox.ts'
import { MailboxError, wordsOf } from './mailbox-trouble.ts'

/** Where handled mail goes; beside INBOX, or below it where the server wants that. */
export const folders = ['Processed', 'Held', 'Refused'] as const
export type Folder = (typeof folders)[number]

/** What nobody has decided yet counts as processed: the ledger has it. */
export function folderFor(outcome: Outcome | null): Folder {
  if (outcome === 'held' || outcome === 'unreadable') return 'Held'
  return outcome === 'refused' ? 'Refused' : 'Processed'
}

/** Makes those that are missing. Not every server says of a folder that cannot be made that it is there already. */
export async function makeFolders(client: ImapFlow): Promise<void> {
  const there = new Set((await client.list({ listOnly: true })).map(({ path }) => path))
  const missing = folders.filter(folder => !there.has(`${client.namespace?.prefix ?? ''}${folder}`))
  for (const folder of missing) {
    // In parts: then the package puts the server's namespace ("INBOX.") in front by itself.
    await client.mailboxCreate([folder]).catch(error => {
      throw client.usable ? new MailboxError(MailboxTrouble.FOLDER, wordsOf(error)) : error
    })
  }
}
