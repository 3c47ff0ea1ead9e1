// Three fences: the browser's own word on where a post comes from, a signed token bound to the session, SameSite cookies.
import { doubleCsrf } from 'csrf-csrf'
import type { Request, Response } from 'express'
import type { Environment } from '../config.ts'
import { deriveKey } from '../lib/keys.ts'

export interface Csrf {
  /** The token for the forms of a page; sets the cookie it is compared with. */
  token(req: Request, res: Response): string
  /** Whether `_csrf` of the body parsed so far belongs to this browser and session. */
  holds(req: Request): boolean
}

/** Longer than anybody's second click takes. */
const MOMENT = 60_000

export function createCsrf(config: Environment, clock: () => Date): Csrf {
  const isSecure = config.baseUrl.startsWith('https:')
  const secret = deriveKey(config.sessionSecret, 'csrf').toString('base64url')
  const fence = (getSessionIdentifier: (req: Request) => string) =>
    doubleCsrf({
      getSecret: () => secret,
      getSessionIdentifier,
      cookieName: isSecure ? '__Host-csrf' : 'csrf',
      cookieOptions: { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' },
      getCsrfTokenFromRequest: req => fieldOf(req, '_csrf'),
    })
  // A stranger has no session yet; their token is bound to the cookie alone.
  const { generateCsrfToken, validateRequest } = fence(req => (req.viewer.session ? req.sessionID : ''))
  // The second click of a double click on what logs in still has the stranger's token, but the session already.
  const before = fence(() => '')
  const isNew = ({ session }: Request) => clock().getTime() - (session.createdAt ?? 0) < MOMENT
  return {
    token: (req, res) => generateCsrfToken(req, res, { validateOnReuse: false }),
    holds: req => !isCrossSite(req, config) && (validateRequest(req) || (isNew(req) && before.validateRequest(req))),
  }
}

/** Whether the browser says that another site sent this. Programs and old browsers say nothing. */
export function isCrossSite(req: Request, config: Environment): boolean {
  const site = req.get('sec-fetch-site')
  if (site !== undefined) return site === 'cross-site' || site === 'same-site'
  const origin = req.get('origin')
  // Our own pages with a secret in their address send no referrer, and so `null` here; the token still has to hold.
  if (origin === 'null') return false
  return (
    origin !== undefined &&
    origin !== new URL(config.baseUrl).origin &&
    origin !== `${req.protocol}://${req.get('host')}`
  )
}

function fieldOf(req: Request, name: string): string | null {
  const body: unknown = req.body
  const value: unknown =
    typeof body === 'object' && body !== null && Object.hasOwn(body, name) ? Reflect.get(body, name) : null
  return typeof value === 'string' ? value : null
}
