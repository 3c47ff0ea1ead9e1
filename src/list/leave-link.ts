import type { EntityManager } from '@mikro-orm/postgresql'
import { registerEnumType } from 'type-graphql'
import type { Environment } from '../config.ts'
import { leaveKey, parseLeaveToken } from './leave-token.ts'
import { Membership } from './membership.ts'
import { currentStay } from './stays.ts'

export enum LeaveState {
  MEMBER = 'MEMBER',
  LEFT = 'LEFT',
  OLD = 'OLD',
  UNKNOWN = 'UNKNOWN',
}
registerEnumType(LeaveState, {
  name: 'LeaveState',
  description: 'What a leave link finds.',
  valuesConfig: {
    MEMBER: { description: 'A member, who can leave by it.' },
    LEFT: { description: 'Somebody who has left.' },
    OLD: { description: 'A member again since; the links of newer mails count.' },
    UNKNOWN: { description: 'Nothing: it is none of our links.' },
  },
})

/** The stay that a leave link is for, and where its person stands now. Changes nothing. */
export async function stayOfLink(
  em: EntityManager,
  token: string,
  { sessionSecret }: Environment,
): Promise<{ state: LeaveState; membership: Membership | null }> {
  const id = parseLeaveToken(token, leaveKey(sessionSecret))
  const membership = id && (await em.findOne(Membership, id, { populate: ['user'] }))
  if (!membership) return { state: LeaveState.UNKNOWN, membership: null }
  if (!membership.endedAt) return { state: LeaveState.MEMBER, membership }
  const isBack = (await currentStay(em, membership.user))?.isCurrent
  return { state: isBack ? LeaveState.OLD : LeaveState.LEFT, membership }
}
