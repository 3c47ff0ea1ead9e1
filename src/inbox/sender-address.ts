import { normalizeAddress } from '../lib/email-address.ts'
import type { MailFacts } from './reading/mail-facts.ts'

/** The sender's address as accounts have it; null where the mail names none that could be written to. */
export const senderAddress = ({ from }: Pick<MailFacts, 'from'>): string | null =>
  from && normalizeAddress(from.address)
