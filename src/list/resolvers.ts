import { ConfirmListResolver } from './confirm-list.resolver.ts'
import { JoinListResolver } from './join-list.resolver.ts'
import { LeaveLinkResolver } from './leave-link.resolver.ts'
import { LeaveListResolver } from './leave-list.resolver.ts'
import { MembershipResolver, UserMembershipResolver } from './membership.resolver.ts'
import { PutBackResolver } from './put-back.resolver.ts'
import { UndoLeaveResolver } from './undo-leave.resolver.ts'

export const listResolvers = [
  ConfirmListResolver,
  JoinListResolver,
  LeaveLinkResolver,
  LeaveListResolver,
  MembershipResolver,
  PutBackResolver,
  UndoLeaveResolver,
  UserMembershipResolver,
] as const
