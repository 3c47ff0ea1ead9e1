// Whose an address is: the one that mails go to, or another one that was proven.
import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql'
import { asFilter, condition } from '../graph/condition.ts'
import { Refusal } from '../graph/refusal.ts'
import { mergePeople } from './merge-people.ts'
import { User } from './user.ts'

/** More than anybody needs to log in with. */
export const MOST_ADDRESSES = 5

/** The person with an address, in its stored form; also of one that came along by merging. */
export const personOfAddress = (em: EntityManager, address: string): Promise<User | null> =>
  em.findOne(User, withAddress(address))

/** The person who has proven an address, with the password's hash: whom it may open. One statement, whoever it is or is not. */
export const ownerOfAddress = (em: EntityManager, address: string): Promise<User | null> =>
  em.findOne(User, withAddress(address, 'and proven_at is not null'), { populate: ['passwordHash'] })

function withAddress(address: string, also = ''): FilterQuery<User> {
  const sql = `t.email = ? or t.id = (select user_id from person_address where address = ? ${also})`
  return asFilter<User>(condition(sql, address, address))
}

/** Until the transaction ends, nobody else begins to be known by this address. */
export const holdAddress = (em: EntityManager, address: string): Promise<unknown> =>
  em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [address])

/**
 * Holds an address that is to be this person's, who has just proven it: a contact of that address is them. Refuses one that is
 * somebody else's.
 */
export async function takeAddress(em: EntityManager, user: User, address: string, now: Date): Promise<void> {
  await holdAddress(em, address)
  const owner = await personOfAddress(em, address)
  if (!owner || owner.id === user.id) return
  if (owner.email !== address || !owner.isContact || owner.isTeam || owner.disabledAt || user.isTeam)
    throw new Refusal('ADDRESS_TAKEN', 'token')
  await mergePeople(em, owner, user, now)
}
