import { AuthenticationFailure } from 'imapflow'
import { cleanLine } from '../../lib/clean-text.ts'
import { facts } from '../../lib/facts.ts'
import { MailboxTrouble } from './mailbox.ts'

const MAX_WORDS = 300

/** A trouble that we name ourselves. */
export class MailboxError extends Error {
  constructor(
    readonly trouble: MailboxTrouble,
    message: string,
  ) {
    super(message)
  }
}

/** Which kind of trouble an error of the connection is. */
export function troubleOf(error: unknown): MailboxTrouble {
  if (error instanceof MailboxError) return error.trouble
  if (error instanceof AuthenticationFailure) return MailboxTrouble.LOGIN
  const { code, authenticationFailed } = facts(error, 'code', 'authenticationFailed')
  if (authenticationFailed) return MailboxTrouble.LOGIN
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(String(code))) return MailboxTrouble.CERTIFICATE
  if (
    /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|CONNECT_TIMEOUT|GREETING|ETIMEOUT|NoConnection|EConnection|ClosedAfter)/.test(
      String(code),
    )
  )
    return MailboxTrouble.UNREACHABLE
  return MailboxTrouble.OTHER
}

/** In the server's or system's own words, one line. */
export function wordsOf(error: unknown): string {
  const { responseText, message, code } = facts(error, 'responseText', 'message', 'code')
  return cleanLine(String(responseText ?? message ?? code ?? error)).slice(0, MAX_WORDS)
}
