import type { MailFacts } from './reading/mail-facts.ts'

const LENGTH = 4000

/** What the ledger shows of a mail's words. */
export const excerptOf = ({ visible }: Pick<MailFacts, 'visible'>): string => visible.slice(0, LENGTH).toWellFormed()
