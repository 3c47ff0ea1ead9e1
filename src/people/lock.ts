import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { User } from './user.ts'

/**
 * Reads a person anew and keeps their row until the transaction ends, so that two clicks at the same moment on what
 * belongs to one person (links, membership, password) are worked off one after the other. A person who is only just being
 * written has no row yet and needs none.
 */
export async function lockPerson(em: EntityManager, { id }: Pick<User, 'id'>): Promise<User | null> {
  return em.findOne(User, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })
}
