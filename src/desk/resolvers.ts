import { AdminLogResolver } from './admin-log.resolver.ts'
import { AdministrationResolver } from './administration.resolver.ts'
import { AnswerDraftResolver } from './answer-draft.resolver.ts'
import { BulkChangeResolver } from './bulk-change.resolver.ts'
import { BulkChangeTicketResolver } from './bulk-change-ticket.resolver.ts'
import { BulkSelectionResolver } from './bulk-selection.resolver.ts'
import { CannedTextResolver } from './canned-text.resolver.ts'
import { ChangeTicketsResolver } from './change-tickets.resolver.ts'
import { DeskResolver } from './desk.resolver.ts'
import { DraftResolver } from './draft.resolver.ts'
import { FailuresResolver } from './failures.resolver.ts'
import { HeldTicketResolver } from './held-ticket.resolver.ts'
import { LookersResolver } from './lookers.resolver.ts'
import { SalesResolver } from './sales.resolver.ts'
import { SavedViewResolver } from './saved-view.resolver.ts'
import { UndoBulkChangeResolver } from './undo-bulk-change.resolver.ts'
import { UserTicketsResolver } from './user-tickets.resolver.ts'

export const deskResolvers = [
  DeskResolver,
  HeldTicketResolver,
  UserTicketsResolver,
  SavedViewResolver,
  SalesResolver,
  AdministrationResolver,
  FailuresResolver,
  AdminLogResolver,
  CannedTextResolver,
  AnswerDraftResolver,
  DraftResolver,
  LookersResolver,
  BulkChangeResolver,
  BulkChangeTicketResolver,
  BulkSelectionResolver,
  ChangeTicketsResolver,
  UndoBulkChangeResolver,
] as const
