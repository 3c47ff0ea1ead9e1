// The session's middlewares and what the rest asks of a session: who is signed in, signing in, signing out.
import type { IncomingMessage, ServerResponse } from 'node:http'
import session from 'express-session'
import type { Config } from '../config.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { cookieAge, cookieOptions, SEEN_EVERY, SessionStore } from './session-store.ts'
import type { User } from './user.ts'
import { stranger, type Viewer } from './viewer.ts'
import { type ViewerRow, viewerOf } from './viewer-row.ts'

/** An Express request, as far as sessions look at it. */
type Request = Express.Request & IncomingMessage & { ip?: string | undefined }

export interface Sessions {
  /** To run in this order before whatever asks for the viewer. */
  middlewares: [asWritten: Middleware, session: ReturnType<typeof session>, seen: Middleware]
  /** Who asks, by the session that the middlewares have read and the settings of the moment. */
  viewer(req: Request & { config: Config }): Viewer
  /** Who asks by the same session now, long after the middlewares read it. */
  viewerNow(req: Request & { config: Config }): Promise<Viewer>
}

type Middleware = (req: Request, res: unknown, next: () => void) => void

export function createSessions(plaindesk: Plaindesk): Sessions {
  const { orm, config, settings, clock } = plaindesk
  const store = new SessionStore(plaindesk)
  const options = cookieOptions(config)
  const viewer = (req: Request & { config: Config }, row: ViewerRow | null | undefined): Viewer =>
    row ? { ...viewerOf(orm.em, row, req.config), session: store.keyOf(req.sessionID) } : stranger
  return {
    middlewares: [
      asWrittenInBaseUrl(options.secure),
      session({
        store,
        name: options.secure ? '__Host-session' : 'session',
        secret: config.sessionSecret,
        cookie: () => ({ ...options, maxAge: cookieAge(settings.current) }),
        proxy: true,
        resave: false,
        saveUninitialized: false,
      }),
      seen(clock),
    ],
    viewer: req => viewer(req, req.session.viewer),
    viewerNow: async req => viewer(req, (await store.read(req.sessionID))?.viewer),
  }
}

/** Signs somebody in, under a new session id: one that was planted beforehand is worth nothing. */
export async function logIn(req: Request, { id, isTeam }: Pick<User, 'id' | 'isTeam'>): Promise<void> {
  await settled(done => req.session.regenerate(done))
  req.session.userId = id
  req.session.isTeam = isTeam
  req.session.userAgent = (req.headers['user-agent'] ?? '').slice(0, 300)
  req.session.address = req.ip ?? ''
  await settled(done => req.session.save(done))
}

/**
 * Ends the session, and what the browser keeps of it: files that were opened, the explorer's texts, pages behind "Back".
 * Cookies stay: language and device are no part of it.
 */
export async function logOut(req: Request, res: ServerResponse): Promise<void> {
  await settled(done => req.session.destroy(done))
  res.setHeader('Clear-Site-Data', '"cache", "storage"')
}

/** The cookie is `Secure` where BASE_URL is https, whether or not the proxy in between says so to us. */
function asWrittenInBaseUrl(isSecure: boolean): Middleware {
  return (req, _res, next) => {
    if (isSecure) req.headers['x-forwarded-proto'] = 'https'
    next()
  }
}

/** Notes the use, which saves the session and renews its cookie. */
function seen(clock: () => Date): Middleware {
  return (req, _res, next) => {
    const now = clock().getTime()
    if (req.session.viewer && now - (req.session.seenAt ?? 0) >= SEEN_EVERY) req.session.seenAt = now
    next()
  }
}

const settled = (work: (done: (error: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => work(error => (error ? reject(error) : resolve())))
