// What a person can see and end of their own sessions; session-store.ts is what makes them.
import type { EntityManager } from '@mikro-orm/postgresql'
import { type IdleTimes, idleTime } from './session-store.ts'
import type { User } from './user.ts'

/** Signs a person out everywhere, one session apart; says how many sessions that ended. */
export async function endSessions(
  em: EntityManager,
  user: Pick<User, 'id'>,
  exceptSession: string | null = null,
): Promise<number> {
  const ended = await em.execute('delete from session where user_id = ? and sid is distinct from ? returning sid', [
    user.id,
    exceptSession,
  ])
  return ended.length
}

export interface SessionOfPerson {
  sid: string
  user_agent: string | null
  address: string | null
  created_at: string
  last_seen_at: string
}

/** The sessions a person is signed in with, last used first. */
export const sessionsOf = (
  em: EntityManager,
  user: Pick<User, 'id' | 'isTeam'>,
  config: IdleTimes,
  now: Date,
): Promise<SessionOfPerson[]> =>
  em.execute<SessionOfPerson[]>(
    `select sid, user_agent, address, created_at, last_seen_at from session
     where user_id = ? and expires_at > ? and last_seen_at > ? order by last_seen_at desc, sid limit 100`,
    [user.id, now, new Date(now.getTime() - idleTime(user.isTeam, config))],
  )
