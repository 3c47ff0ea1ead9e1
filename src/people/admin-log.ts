// What every admin can look up later: who changed what others may, and who of the team logged in.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Context } from '../graph/context.ts'
import { entityOf } from '../graph/things.ts'
import { newId } from '../lib/ids.ts'
import { type AboutEvent, AdminEvent, AdminEventType } from './admin-event.ts'
import { Role, type User } from './user.ts'
import type { Viewer } from './viewer.ts'

/** Writes a line in the transaction of what it tells of: rolled back, neither happened. */
export function recordAct(
  { em, viewer, now }: Pick<Context, 'em' | 'viewer' | 'now'>,
  type: AdminEventType,
  about: AboutEvent = {},
): void {
  em.persist(new AdminEvent(type, viewer.user && entityOf(em, viewer.user), about, now))
}

/** What a customer, or whoever holds their link, does about the list; how, stands with the membership. */
export function recordListChange(em: EntityManager, user: User, type: AdminEventType, now: Date): void {
  const own = entityOf(em, user)
  em.persist(new AdminEvent(type, own, { subject: own }, now))
}

/**
 * A wrong password or code for an address of the team; from which client, never what was typed. One statement whoever's
 * address it is, so that no answer takes longer for a colleague's.
 */
export async function recordFailedLogIn(em: EntityManager, email: string, client: string, now: Date): Promise<void> {
  await em.execute(
    `insert into admin_event (id, type, subject_id, about, created_at)
     select ?, '${AdminEventType.LOG_IN_FAILED}', id, ?, ? from person
     where role <> '${Role.CUSTOMER}' and id in (
       select id from person where email = ? union all select user_id from person_address where address = ?)`,
    [newId(), client, now, email, email],
  )
}

/** A session that began; of customers the log says nothing. */
export async function recordLogIn(em: EntityManager, viewer: Viewer, client: string, now: Date): Promise<void> {
  if (!viewer.user?.isTeam) return
  recordAct({ em, viewer, now }, AdminEventType.LOGGED_IN, { about: client })
  await em.flush()
}
