import type { Outcome } from './door.ts'
import type { Filed } from './file-mail.job.ts'
import { MailOutcome } from './incoming-mail.ts'
import { outcomeWord } from './new-row.ts'

/** What `plaindesk mail receive` prints; its names are relied on by other programs (product §6). */
export interface OutcomeLine {
  outcome: Outcome
  reason: string | null
  kind: string
  ticket: number | null
  message: string | null
  from: string | null
  subject: string
  visible: string
  folded: string
  attachments: { filename: string; contentType: string; size: number }[]
}

export function lineOf({ mail, facts, message }: Filed): OutcomeLine {
  return {
    outcome: outcomeWord(mail.outcome ?? MailOutcome.HELD),
    reason: mail.reason,
    kind: facts.kind,
    ticket: (message?.ticket ?? mail.ticket)?.number ?? null,
    message: message?.globalId ?? null,
    from: facts.from?.address ?? null,
    subject: facts.subject,
    visible: facts.visible,
    folded: facts.folded,
    attachments: facts.parts.map(({ filename, contentType, size }) => ({ filename, contentType, size })),
  }
}
