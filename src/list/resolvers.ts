import { ConfirmListResolver } from './confirm-list.resolver.ts'
import { JoinListResolver } from './join-list.resolver.ts'
import { LeaveLinkResolver } from './leave-link.resolver.ts'
import { LeaveListResolver } from './leave-list.resolver.ts'
import { MembershipResolver, UserMembershipResolver } from './membership.resolver.ts'
import { PutBackResolver } from './put-back.resolver.ts'
import { SupportListResolver } from './support-list.resolver.ts'
import { UndoLeaveResolver } from './undo-leave.resolver.ts'

export const listResolvers = [
  ConfirmListResolver,
  JoinListResolver,
  LeaveLinkResolver,
  LeaveListResolver,
  MembershipResolver,
  PutBackResolver,
  SupportListResolver,
  UndoLeaveResolver,
  UserMembershipResolver,
] as const
