// A mail whose outcome somebody waits for: the command `mail receive`.
import type { Envelope } from './door.ts'
import { exitCodes, TRY_LATER } from './exit-codes.ts'
import { fileMail } from './file-mail.job.ts'
import type { Inbox } from './inbox.ts'
import { lineOf, type OutcomeLine } from './outcome-line.ts'
import { keep } from './receive.ts'

/** What the command prints and exits with. */
export interface Answer {
  line: OutcomeLine | { outcome: null; reason: string }
  code: number
}

/** Keeps a mail and files it here and now; what cannot be filed now is left to the job. */
export async function receiveNow(inbox: Inbox, raw: Buffer, envelope: Envelope): Promise<Answer> {
  const { mail } = await keep(inbox, raw, envelope)
  const filed = await fileMail(inbox, mail.id, false).catch(() => null)
  if (!filed?.mail.outcome) return { line: { outcome: null, reason: 'try again later' }, code: TRY_LATER }
  const line = lineOf(filed)
  return { line, code: exitCodes[line.outcome] }
}
