import { MailboxResolver } from './mailbox.resolver.ts'

export const inboxResolvers = [MailboxResolver] as const
