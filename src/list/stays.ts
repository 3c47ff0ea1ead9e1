// What is known of somebody and the support list.
import type { EntityManager } from '@mikro-orm/postgresql'
import { batched } from '../graph/batched.ts'
import { isOneOf } from '../graph/condition.ts'
import { read } from '../graph/reading.ts'
import type { User } from '../people/user.ts'
import { Membership } from './membership.ts'

type Person = Pick<User, 'id'>

/** The stay that is pending or under way, read anew: ask while the person is locked. Null = none. */
export const currentStay = (em: EntityManager, { id }: Person): Promise<Membership | null> =>
  em.findOne(Membership, { user: id, endedAt: null }, { refresh: true })

/** Whether they never were on the list, a wish that was not confirmed apart. */
export const neverJoined = async (em: EntityManager, { id }: Person): Promise<boolean> =>
  (await em.count(Membership, { user: id, joinedAt: { $ne: null } })) === 0

/** V16: whether they were on the list and are not now; then only the team puts them back. */
export async function hasLeft(em: EntityManager, person: Person): Promise<boolean> {
  const stays = await em.find(Membership, { user: person.id, joinedAt: { $ne: null } }, { refresh: true })
  return stays.length > 0 && stays.every(stay => !stay.isCurrent)
}

const staysOf = batched(async (em: EntityManager, users) => {
  const stays = await read(em, Membership, {
    where: isOneOf('t.user_id', users),
    orderBy: 't.requested_at desc, t.id desc',
    isPrepared: true,
  })
  return Map.groupBy(stays, stay => stay.user.id)
})

/** Every stay, newest first, for showing. */
export const allStays = async (em: EntityManager, { id }: Person): Promise<Membership[]> =>
  (await staysOf(em, id)) ?? []

/** The current or else the last stay, for showing. */
export const lastStay = async (em: EntityManager, person: Person): Promise<Membership | null> =>
  (await allStays(em, person))[0] ?? null
