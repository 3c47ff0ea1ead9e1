// Two people who are one. Whatever the one wrote, asked and takes part in is the other's from then on.
import type { EntityManager } from '@mikro-orm/postgresql'
import { revokeTokens } from '../integrations/revoke-tokens.ts'
import { Door, Membership } from '../list/membership.ts'
import { revokeLinks } from './links.ts'
import { lockPerson } from './lock.ts'
import { LinkKind } from './one-time-link.ts'
import { endSessions } from './sessions.ts'
import type { User } from './user.ts'

/**
 * Merges `from` into `into`. `from` stays as an alias that nobody can log in to. Its addresses lead to `into`, as if they were
 * typed: none of them opens the account before its owner has proven it.
 */
export async function mergePeople(em: EntityManager, from: User, into: User, now: Date): Promise<void> {
  for (const person of [from, into].sort((a, b) => (a.id < b.id ? -1 : 1))) await lockPerson(em, person)
  await moveStays(em, from, into, now)
  await revokeLinks(em, from, Object.values(LinkKind), now)
  await revokeTokens(em, from, now)
  await endSessions(em, from)
  for (const [sql, ...values] of moves(from, into)) await em.execute(sql, values)
  const { email } = from
  Object.assign(from, {
    email: `${from.id}@merged.invalid`, // RFC 2606: nobody's; the real one leads to `into`
    passwordHash: null,
    confirmedAt: null,
    disabledAt: now,
    seesOrganization: false,
    mergedInto: into,
  })
  into.organization ??= from.organization
  from.organization = null
  await em.flush()
  await em.execute('insert into person_address (address, user_id, proven_at) values (?, ?, null)', [email, into.id])
}

/** Everything that names a customer, but for what tells who did something long ago in the team. */
const moves = ({ id: from }: User, { id: into }: User): [string, ...string[]][] => [
  [
    `update ticket_event set actor_id = ? where actor_id = ? and ticket_id in (
       select id from ticket where requester_id = ? union select ticket_id from ticket_participant where user_id = ?
       union select ticket_id from message where author_id = ?)`,
    into,
    from,
    from,
    from,
    from,
  ],
  ['update ticket set requester_id = ? where requester_id = ?', into, from],
  // Whoever came to a ticket by merging it leaves it when it is parted, unless they take part as the other, too.
  [
    `update ticket_merge m set participants = case
       when exists (select from ticket t where t.id = m.target_id and t.requester_id = ?)
         or exists (select from ticket_participant p where p.ticket_id = m.target_id and p.user_id = ?)
       then array_remove(participants, ?::uuid) else array_replace(participants, ?::uuid, ?::uuid) end
     where parted_at is null and target_id in (select ticket_id from ticket_participant where user_id = ?)`,
    into,
    into,
    from,
    from,
    into,
    from,
  ],
  [
    `insert into ticket_participant (ticket_id, user_id)
     select p.ticket_id, ? from ticket_participant p where p.user_id = ? on conflict do nothing`,
    into,
    from,
  ],
  ['delete from ticket_participant where user_id = ?', from],
  [
    `delete from ticket_participant p using ticket t
     where p.user_id = ? and t.id = p.ticket_id and t.requester_id = p.user_id`,
    into,
  ],
  ['update message set author_id = ? where author_id = ?', into, from],
  ['update attachment set uploader_id = ? where uploader_id = ?', into, from],
  ['update person_address set user_id = ?, proven_at = null where user_id = ?', into, from],
  ['update person set merged_into_id = ? where merged_into_id = ?', into, from],
]

/**
 * The record of consent goes along. One stay can be current: the one that stands is of whoever stays, unless only the other
 * ever joined. V16: whoever left as either of the two has left.
 */
async function moveStays(em: EntityManager, from: User, into: User, now: Date): Promise<void> {
  const stays = await em.find(Membership, { user: { $in: [from.id, into.id] } }, { refresh: true })
  const of = ({ id }: User) => stays.filter(({ user }) => user.id === id)
  const [theirs, own] = [of(from), of(into)]
  const hasJoined = (some: Membership[]) => some.some(({ joinedAt }) => joinedAt !== null)
  const stands = hasJoined(own) || !hasJoined(theirs)
  for (const stay of (stands ? theirs : own).filter(({ endedAt }) => endedAt === null)) stay.end(Door.TEAM, now)
  await em.flush() // the end of the one before the other changes hands
  for (const stay of theirs) stay.user = into
  await em.flush()
}
