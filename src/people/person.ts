import type { EntityManager } from '@mikro-orm/postgresql'
import { Refusal } from '../graph/refusal.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { Organization } from './organization.ts'
import { User } from './user.ts'

/** The person behind a global id, for operations that only the team may run; NOT_FOUND for anything else. */
export async function personById(em: EntityManager, globalId: string): Promise<User> {
  const user = await em.findOne(User, idOf(globalId, 'User'))
  if (!user) throw new Refusal('NOT_FOUND')
  return user
}

export async function organizationById(em: EntityManager, globalId: string): Promise<Organization> {
  const organization = await em.findOne(Organization, idOf(globalId, 'Organization'))
  if (!organization) throw new Refusal('NOT_FOUND')
  return organization
}

/** The row's id in a global id of that type; NOT_FOUND for another's. */
export function idOf(globalId: string, type: string): string {
  const parsed = parseGlobalId(globalId)
  if (parsed?.type !== type) throw new Refusal('NOT_FOUND')
  return parsed.id
}
