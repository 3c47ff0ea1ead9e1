import { fork } from '../../inbox/inbox.ts'
import { IncomingMail } from '../../inbox/incoming-mail.ts'
import type { Plaindesk } from '../../plaindesk.ts'

/** Whether a mail is in the ledger. */
export const isKnown = async (
  plaindesk: Pick<Plaindesk, 'orm'>,
  { identity }: Pick<IncomingMail, 'identity'>,
): Promise<boolean> => (await fork(plaindesk).count(IncomingMail, { identity })) > 0
