import type { MailOutcome } from '../../inbox/incoming-mail.ts'

/** Does with a mail what the command is for; `at` is when it was written. */
export type Take = (raw: Buffer, at: Date) => Promise<void>

/** What became of mailboxes, or would become. */
export interface MailReport {
  mails: number
  /** In the ledger before. */
  known: number
  tickets: number
  outcomes: Partial<Record<MailOutcome, number>>
  closed: number
  failed: number
}

export const newReport = (): MailReport => ({ mails: 0, known: 0, tickets: 0, outcomes: {}, closed: 0, failed: 0 })

/** The last lines of the command. */
export function mailSummary({ mails, known, tickets, outcomes, closed, failed }: MailReport, isDry: boolean): string {
  const words = Object.entries(outcomes).map(
    ([outcome, count]) => `${count} ${outcome.toLowerCase().replace('_', ' ')}`,
  )
  return [
    `${mails} mails, ${known} of them known before. ${isDry ? 'Would become' : 'Became'} ${tickets} tickets.`,
    words.length > 0 ? `Mails: ${words.join(', ')}.` : '',
    isDry ? '' : `Closed, because nobody has written for long: ${closed} tickets.`,
    failed > 0 ? `Not filed: ${failed}; another run tries them again.` : '',
    '',
  ]
    .filter((line, at, all) => line !== '' || at === all.length - 1)
    .join('\n')
}
