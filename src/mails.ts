// Every mail that leaves, and the feature that knows what is in it.
import { mailboxMails } from './inbox/doors/mailbox-mails.ts'
import { noticeMails } from './inbox/notice-mails.ts'
import { webhookMails } from './integrations/webhook-mails.ts'
import { listMails } from './list/list-mails.ts'
import type { LetterWriters } from './outbox/letter.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { MailTemplate } from './outbox/outbox-mail.ts'
import { accountMails } from './people/account-mails.ts'
import { isBlockedSender } from './people/blocked-sender.ts'
import { teamMails } from './tickets/team-mails.ts'
import { ticketMails } from './tickets/ticket-mails.ts'

export const letterWriters: LetterWriters = {
  ...accountMails,
  ...listMails,
  ...ticketMails,
  ...teamMails,
  ...noticeMails,
  ...mailboxMails,
  ...webhookMails,
}

/** Sent by the portal itself; what somebody of the team wrote, and what an account needs, goes to blocked senders too. */
const notices: readonly MailTemplate[] = [
  ...(['receipt', 'status-changed', 'done', 'reminder', 'satisfaction', 'weekly-report'] as const),
  ...(['refused', 'too-large', 'files-left-out'] as const),
]

/** No receipts and notices go to blocked senders. "Done" with an answer is the answer. */
export const isWithheld: Outbox['isWithheld'] = async (em, { template, recipient, rows }) =>
  notices.includes(template) && !(template === 'done' && rows.message) && (await isBlockedSender(em, recipient))
