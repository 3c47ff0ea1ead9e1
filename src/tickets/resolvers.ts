import { AttachmentResolver } from './attachment.resolver.ts'
import { CategoryResolver } from './category.resolver.ts'
import { DeliveryResolver } from './delivery.resolver.ts'
import { HeldResolver } from './held.resolver.ts'
import { LinkTicketsResolver } from './link-tickets.resolver.ts'
import { LiveResolver } from './live.resolver.ts'
import { MergeResolver } from './merge.resolver.ts'
import { MessageResolver } from './message.resolver.ts'
import { MoveMessageResolver } from './move-message.resolver.ts'
import { ParticipantResolver } from './participant.resolver.ts'
import { RatingResolver, RatingTicketResolver } from './rating.resolver.ts'
import { RecipientsResolver } from './recipients.resolver.ts'
import { RequestResolver } from './request.resolver.ts'
import { SaveCategoryResolver } from './save-category.resolver.ts'
import { SplitResolver } from './split.resolver.ts'
import { StatusResolver } from './status.resolver.ts'
import { TakeBackResolver } from './take-back.resolver.ts'
import { TicketResolver } from './ticket.resolver.ts'
import { TicketCountsResolver } from './ticket-counts.resolver.ts'
import { TicketEventResolver } from './ticket-event.resolver.ts'

export const ticketResolvers = [
  AttachmentResolver,
  CategoryResolver,
  DeliveryResolver,
  HeldResolver,
  LinkTicketsResolver,
  LiveResolver,
  MergeResolver,
  MessageResolver,
  MoveMessageResolver,
  ParticipantResolver,
  RatingResolver,
  RatingTicketResolver,
  RecipientsResolver,
  RequestResolver,
  SaveCategoryResolver,
  SplitResolver,
  StatusResolver,
  TakeBackResolver,
  TicketResolver,
  TicketCountsResolver,
  TicketEventResolver,
] as const
