import { Refusal } from '../graph/refusal.ts'
import type { Scope } from '../integrations/api-token.ts'
import type { Access } from './access.ts'
import { Role, type User } from './user.ts'

/** Who asks, and what they may: made once a request from one SQL statement, by whichever door they came. */
export interface Viewer {
  /** Null = stranger. */
  user: User | null
  access: Access | null
  /** Whether they take part in somebody else's ticket, so that most queries need not look. */
  takesPart: boolean
  /** Set when they came with an API token. */
  scopes: readonly Scope[] | null
  /** Which token that is. */
  token: { id: string; name: string } | null
  /** Which of the person's signed-in devices asks; null = no browser. */
  session: string | null
  /** Up to where they have to see the database, because they wrote it; null where there are no replicas. */
  wroteUpTo: string | null
}

export const stranger: Viewer = {
  user: null,
  access: null,
  takesPart: false,
  scopes: null,
  token: null,
  session: null,
  wroteUpTo: null,
}

export const isStaff = (viewer: Viewer): boolean => viewer.access === 'GRANTED' && viewer.user?.role !== Role.CUSTOMER
/** Agents and admins write to tickets; sales only read them. */
export const worksTickets = (viewer: Viewer): boolean =>
  viewer.access === 'GRANTED' && (viewer.user?.role === Role.AGENT || viewer.user?.role === Role.ADMIN)
export const looksAfterList = (viewer: Viewer): boolean =>
  viewer.access === 'GRANTED' && (viewer.user?.role === Role.SALES || viewer.user?.role === Role.ADMIN)
export const isAdmin = (viewer: Viewer): boolean => viewer.access === 'GRANTED' && viewer.user?.role === Role.ADMIN
/** Of other people customers read only name and `isTeam` (product §8). */
export const seesDetails = (viewer: Viewer, user: Pick<User, 'id'>): boolean =>
  isStaff(viewer) || viewer.user?.id === user.id

/** The person who asks; refuses strangers. */
export function signedIn({ user }: Viewer): User {
  if (!user) throw new Refusal('UNAUTHENTICATED')
  return user
}

/** Whoever may change their own account: anyone signed in, unless the account is disabled. */
export function accountOwner(viewer: Viewer): User {
  const user = signedIn(viewer)
  if (viewer.access === 'DISABLED') throw new Refusal('FORBIDDEN')
  return user
}
