import { DecideMailResolver } from './decide-mail.resolver.ts'
import { MailboxResolver } from './doors/mailbox.resolver.ts'
import { IncomingMailResolver } from './mail.resolver.ts'
import { MessageMailResolver } from './message-mail.resolver.ts'
import { ParticipantsResolver } from './participants.resolver.ts'

export const inboxResolvers = [
  IncomingMailResolver,
  DecideMailResolver,
  MessageMailResolver,
  ParticipantsResolver,
  MailboxResolver,
] as const
