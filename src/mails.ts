// Every mail that leaves, and the feature that knows what is in it.
import { mailboxMails } from './inbox/doors/mailbox-mails.ts'
import { noticeMails } from './inbox/notice-mails.ts'
import { listMails } from './list/list-mails.ts'
import type { LetterWriters } from './outbox/letter.ts'
import { accountMails } from './people/account-mails.ts'
import { teamMails } from './tickets/team-mails.ts'
import { ticketMails } from './tickets/ticket-mails.ts'

export const letterWriters: LetterWriters = {
  ...accountMails,
  ...listMails,
  ...ticketMails,
  ...teamMails,
  ...noticeMails,
  ...mailboxMails,
}
