// Whatever kept a page from being made, as a page: one place for every route.
import type { NextFunction, Request, Response } from 'express'
import { type Failure, failureOf } from '../graph/failure.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { readBody } from './body.ts'
import { note, tells } from './noted.ts'
import type { Views } from './views.ts'

export interface Failures {
  /** Answers for an error that an operation or a middleware threw. */
  fail(error: unknown, req: Request, res: Response): Promise<void>
  notFound(req: Request, res: Response): void
  /** Express's last middleware. */
  middleware(error: unknown, req: Request, res: Response, next: NextFunction): void
}

/** Shows the page that explains why somebody signed in has no access. */
type ShowNoAccess = (req: Request, res: Response) => Promise<void>

export function createFailures(plaindesk: Plaindesk, views: Views, showNoAccess: ShowNoAccess): Failures {
  const { log } = plaindesk

  const fail = (error: unknown, req: Request, res: Response) => answer(failureOf(error), req, res)

  async function answer(failure: Failure, req: Request, res: Response): Promise<void> {
    if (res.headersSent) return void res.destroy()
    // Our own forms send nothing that is a 400.
    if (tells(failure.code) || failure.status === 400) note(res, failure.code)
    if (failure.code === 'UNAUTHENTICATED') return res.redirect(303, `/login?next=${encodeURIComponent(backTo(req))}`)
    if (failure.code === 'FORBIDDEN' && req.viewer.access !== 'GRANTED') return showNoAccess(req, res)
    if (failure.id) log.error({ err: failure.cause, id: failure.id, path: req.route?.path }, 'request failed')
    if (failure.status === 503) log.warn({ err: failure.cause }, 'database or file store away')
    explain(failure, req, res)
  }

  /** Of a form that came while the session could not be read, the text at least. */
  async function readText(req: Request): Promise<void> {
    if (req.method === 'POST' && req.body === undefined) await readBody(plaindesk, req, () => false).catch(() => {})
  }

  function explain(failure: Failure, req: Request, res: Response): void {
    const { id } = failure
    const status = statusFor(failure, req)
    if (status === 503) res.set('Retry-After', '10')
    if (failure.code === 'FILE_PENDING') res.set('Retry-After', '30')
    if (failure.code === 'RATE_LIMITED') res.set('Retry-After', String(failure.details.seconds ?? 60))
    views.show(req, res, viewFor(status, failure.code), {
      data: { viewer: viewerOf(req), id, ...failure.details, action: req.originalUrl, fields: sentFields(req) },
      status,
      path: '/',
    })
  }

  return {
    fail,
    notFound: (req, res) =>
      views.show(req, res, 'site/not-found', { data: { viewer: viewerOf(req) }, status: 404, path: '/' }),
    middleware(error, req, res, next) {
      const failure = mistakeOf(error) ?? failureOf(error)
      const ready = failure.status === 503 ? readText(req) : Promise.resolve()
      ready
        .then(() => answer(failure, req, res))
        .catch((fault: unknown) => {
          // Even the page that explains could not be made.
          log.error({ err: fault }, 'failure page failed')
          if (res.headersSent) return next(fault)
          res.status(500).type('text').send('500\n')
        })
    },
  }
}

/** product §9, nothing lost: what was sent, to be sent once more as it is, key included. Passwords are typed again. */
function sentFields({ method, body }: Request): [string, string][] | null {
  if (method !== 'POST' || typeof body !== 'object' || body === null) return null
  const fields = Object.entries(body).filter(([name]) => !/password/i.test(name))
  return fields.flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, String(one)]))
}

/** What the layout needs to know, without asking the database that may be away. */
export function viewerOf({ viewer: { user } }: Request): object | null {
  return user && { name: user.name, isTeam: user.isTeam, role: user.role }
}

/** A customer must not learn that a page of the team exists. */
function statusFor(failure: Failure, { viewer }: Request): number {
  return failure.code === 'FORBIDDEN' && !viewer.user?.isTeam ? 404 : failure.status
}

/** Most pages go by the status; some reasons for it deserve a page of their own. */
function viewFor(status: number, code: Failure['code']): string {
  const reasons: Partial<Record<Failure['code'], string>> = {
    FILE_PENDING: 'file-pending',
    FILE_INFECTED: 'file-infected',
  }
  const views: Record<number, string> = {
    400: 'bad-request',
    403: 'forbidden',
    404: 'not-found',
    413: 'too-large',
    429: 'rate-limited',
    503: 'unavailable',
  }
  return `site/${reasons[code] ?? views[status] ?? 'failed'}`
}

/** After logging in one goes on to the page one wanted; a post cannot be repeated by a link. */
function backTo(req: Request): string {
  return req.method === 'GET' ? req.originalUrl : '/'
}

/** Errors of Express and its parsers carry the status of a client's mistake. */
function mistakeOf(error: unknown): Failure | null {
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : null
  if (typeof status !== 'number' || status < 400 || status > 499) return null
  return { code: 'BAD_USER_INPUT', status, details: {}, id: null, cause: error }
}
