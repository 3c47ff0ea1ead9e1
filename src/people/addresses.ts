// Whose an address is: the one that mails go to, or another one that was proven.
import type { EntityManager } from '@mikro-orm/postgresql'
import { asFilter, condition } from '../graph/condition.ts'
import { Refusal } from '../graph/refusal.ts'
import { User } from './user.ts'

/** More than anybody needs to log in with. */
export const MOST_ADDRESSES = 5

/** The person with an address, in its stored form. One statement, whoever it is or is not. */
export function personOfAddress(
  em: EntityManager,
  address: string,
  { withPassword = false }: { withPassword?: boolean } = {},
): Promise<User | null> {
  const sql = 't.email = ? or t.id = (select user_id from person_address where address = ?)'
  const whose = asFilter<User>(condition(sql, address, address))
  return withPassword ? em.findOne(User, whose, { populate: ['passwordHash'] }) : em.findOne(User, whose)
}

/** Until the transaction ends, nobody else begins to be known by this address. */
export const holdAddress = (em: EntityManager, address: string): Promise<unknown> =>
  em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [address])

/** Holds an address that is to be this person's. Refuses one that is somebody else's. */
export async function takeAddress(em: EntityManager, user: User, address: string): Promise<void> {
  await holdAddress(em, address)
  const owner = await personOfAddress(em, address)
  if (owner && owner.id !== user.id) throw new Refusal('ADDRESS_TAKEN', 'token')
}
