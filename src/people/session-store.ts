import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { MikroORM } from '@mikro-orm/postgresql'
import { type SessionData, Store } from 'express-session'
import type { Config, Environment } from '../config.ts'
import { prepared } from '../database/prepared.ts'
import { deriveKey } from '../lib/keys.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { Role } from './user.ts'
import { today, type ViewerRow, viewerColumns } from './viewer-row.ts'

declare module 'express-session' {
  interface SessionData {
    /** Who is signed in. */
    userId?: string
    isTeam?: boolean
    /** What the statement that read the session found out about them; unset in a session that is new. */
    viewer?: ViewerRow | null
    /** Moment of the last use, in milliseconds; moved on at most every ten minutes. */
    seenAt?: number
    createdAt?: number
    userAgent?: string
    address?: string
  }
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
export type IdleTimes = Pick<Config, 'staffIdleHours' | 'customerIdleDays'>
/** Staff sessions end after a week whatever happens (quality.md, Safety). */
const TEAM_MAX = 7 * DAY
/** How long a session lives without use (product §7). */
export const idleTime = (isTeam: boolean, { staffIdleHours, customerIdleDays }: IdleTimes): number =>
  isTeam ? staffIdleHours * HOUR : customerIdleDays * DAY
/** So long a browser keeps the cookie; when a session ends is the server's to say. */
export const cookieAge = (settings: IdleTimes): number => Math.max(idleTime(true, settings), idleTime(false, settings))
/** Between two writes of "seen", so that reading pages writes nothing. */
export const SEEN_EVERY = HOUR / 6

interface SessionRow extends ViewerRow {
  session_data: Record<string, unknown>
  session_created: string
  session_seen: string
  user_id: string | null
}

const readSession = prepared<SessionRow>(
  'session',
  `select s.data as session_data, s.created_at as session_created, s.last_seen_at as session_seen, s.user_id, ${viewerColumns}
   from session s left join person p on p.id = s.user_id where s.sid = ? and s.expires_at > ?`,
)

/**
 * Sessions in PostgreSQL. `get` reads the session and everything that access hangs on in one statement, which is why
 * this is not connect-pg-simple. The table has a keyed hash of the id only: a copy of it opens no session.
 */
export class SessionStore extends Store {
  readonly #orm: MikroORM
  readonly #config: Environment
  readonly #settings: { readonly current: IdleTimes }
  readonly #clock: () => Date
  readonly #key: KeyObject

  constructor({ orm, config, settings, clock }: Pick<Plaindesk, 'orm' | 'config' | 'settings' | 'clock'>) {
    super()
    this.#orm = orm
    this.#config = config
    this.#settings = settings
    this.#clock = clock
    this.#key = createSecretKey(deriveKey(config.sessionSecret, 'session-id'))
  }

  /** What stands in the table for a session id; also tells a person's devices apart. */
  keyOf(sid: string): string {
    return createHmac('sha256', this.#key).update(sid).digest('base64url')
  }

  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.read(sid).then(session => done(null, session), done)
  }

  override set(sid: string, session: SessionData, done: (error?: unknown) => void = () => {}): void {
    this.#write(sid, session).then(() => done(), done)
  }

  override destroy(sid: string, done: (error?: unknown) => void = () => {}): void {
    this.#execute('delete from session where sid = ?', [this.keyOf(sid)]).then(() => done(), done)
  }

  /** The session as it is now, null where it is over. */
  async read(sid: string): Promise<SessionData | null> {
    const now = this.#clock()
    const [row] = await readSession(this.#orm.em, [today(now, this.#config), this.keyOf(sid), now])
    return row && !this.#isIdle(row, now) ? this.#sessionOf(row, now) : null
  }

  /** Times that were made shorter hold for the sessions that there are, too. */
  #isIdle({ user_id, role, session_seen }: SessionRow, now: Date): boolean {
    const isTeam = user_id !== null && role !== Role.CUSTOMER
    return Date.parse(session_seen) + idleTime(isTeam, this.#settings.current) <= now.getTime()
  }

  #sessionOf({ session_data, session_created, session_seen, user_id, ...viewer }: SessionRow, now: Date): SessionData {
    const age = cookieAge(this.#settings.current)
    return {
      ...session_data,
      cookie: {
        ...cookieOptions(this.#config),
        originalMaxAge: age,
        expires: new Date(now.getTime() + age),
      },
      ...(user_id && { userId: user_id, isTeam: viewer.role !== Role.CUSTOMER }),
      viewer: user_id ? viewer : null,
      createdAt: Date.parse(session_created),
      seenAt: Date.parse(session_seen),
    }
  }

  /** A session that was read before is only updated: whoever was signed out meanwhile must not come back by it. */
  async #write(sid: string, session: SessionData): Promise<void> {
    const { cookie: _, viewer, userId, isTeam, seenAt, createdAt, userAgent, address, ...data } = session
    const now = this.#clock().getTime()
    const created = createdAt ?? now
    const idle = now + idleTime(isTeam ?? false, this.#settings.current)
    const expires = isTeam ? Math.min(idle, created + TEAM_MAX) : idle
    const changing = [JSON.stringify(data), new Date(seenAt ?? now), new Date(expires)]
    if (viewer !== undefined) {
      await this.#execute('update session set data = ?, last_seen_at = ?, expires_at = ? where sid = ?', [
        ...changing,
        this.keyOf(sid),
      ])
      return
    }
    await this.#execute(
      `insert into session (data, last_seen_at, expires_at, sid, user_id, created_at, user_agent, address)
       values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (sid) do update set data = excluded.data, last_seen_at = excluded.last_seen_at, expires_at = excluded.expires_at`,
      [...changing, this.keyOf(sid), userId ?? null, new Date(created), userAgent ?? null, address ?? null],
    )
  }

  #execute(sql: string, parameters: unknown[]): Promise<unknown> {
    return this.#orm.em.getConnection().execute(sql, parameters)
  }
}

/** Attributes of the session's cookie. */
export const cookieOptions = ({ baseUrl }: Environment) =>
  ({ httpOnly: true, sameSite: 'lax', secure: baseUrl.startsWith('https:'), path: '/' }) as const
