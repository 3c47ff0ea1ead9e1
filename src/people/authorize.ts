import type { GraphQLResolveInfo } from 'graphql'
import type { AuthCheckerFn } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { Scope } from '../integrations/api-token.ts'
import { isAdmin, isStaff, looksAfterList, type Viewer, worksTickets } from './viewer.ts'

/**
 * Who may run an operation, as written in `@Authorized(rule)`; without a rule: portal access (product §3). An operation
 * without `@Authorized` is open to strangers.
 */
export type AccessRule = 'signed-in' | 'page' | 'staff' | 'agent' | 'sales' | 'admin'

const roleRules: Partial<Record<AccessRule, (viewer: Viewer) => boolean>> = {
  staff: isStaff,
  agent: worksTickets,
  sales: looksAfterList,
  admin: isAdmin,
}

/** type-graphql's auth checker (an arrow function: it would take any other for a class); refuses with the reason. */
export const authorize: AuthCheckerFn<Context, AccessRule> = ({ context, info }, [rule]) => {
  const { viewer, via } = context
  if (rule === 'page' && via === 'page') return true
  if (!viewer.user) throw new Refusal('UNAUTHENTICATED')
  if (viewer.access !== 'GRANTED' && rule !== 'signed-in') throw new Refusal('FORBIDDEN')
  const holds = rule && roleRules[rule]
  if (holds && !holds(viewer)) throw new Refusal('FORBIDDEN')
  if (!scopeAllows(viewer, rule, info)) throw new Refusal('FORBIDDEN')
  return true
}

/** A token reads and writes tickets by its two scopes; everything about people and settings needs `admin`. */
function scopeAllows({ scopes }: Viewer, rule: AccessRule | undefined, info: GraphQLResolveInfo): boolean {
  if (!scopes || scopes.includes(Scope.ADMIN)) return true
  const isMutation = info.operation.operation === 'mutation'
  // What all of the team may change is people's: invitations and reset links.
  if (rule === 'signed-in' || rule === 'sales' || rule === 'admin' || (rule === 'staff' && isMutation)) return false
  return scopes.includes(isMutation ? Scope.TICKETS_WRITE : Scope.TICKETS_READ)
}
