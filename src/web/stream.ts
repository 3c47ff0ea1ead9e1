// Answers without end, by the graphql-sse protocol in its "distinct connections" mode: one request, one stream, so that no
// process has to know of another's. By POST alone: a page of somebody else's can make a browser GET with its cookie.
import type { Request, RequestHandler, Response } from 'express'
import { GraphQLError } from 'graphql'
import { createHandler } from 'graphql-sse'
import { Gauge, type Registry } from 'prom-client'
import { type Leave, places } from '../database/places.ts'
import { Ended } from '../graph/backlog.ts'
import { failureOf } from '../graph/failure.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { payerOf } from './api-budget.ts'
import { toldOf } from './api-error.ts'
import { AWAY, RETRY_SECONDS as AWAY_SECONDS } from './api-limits.ts'
import { Outlet } from './outlet.ts'
import { type Answers, answerStreams } from './stream-operation.ts'

const EVENT_STREAM = 'text/event-stream'
/** Of one token, or of one person with a cookie, in all processes together. */
export const PER_PERSON = 10
const PER_PROCESS = 500
/** Until somebody else may have left. */
const RETRY_SECONDS = 30

export interface Parts extends Answers {
  /** For the figures that operators see. */
  registry: Registry
}

/** For `/graphql`, once the body is read: takes the requests of those who prefer events to JSON. */
export function streams(plaindesk: Plaindesk, parts: Parts): RequestHandler {
  const { notices, stopping, log } = plaindesk
  const open = new Set<Outlet>()
  new Gauge({
    name: 'plaindesk_streams',
    help: 'Open streams of subscriptions.',
    registers: [parts.registry],
    collect() {
      this.set(open.size)
    },
  })
  const takePlace = places(notices, PER_PERSON)
  const answer = answerStreams(plaindesk, parts)
  const handle = createHandler<Request, Outlet>({
    authenticate: () => null,
    onSubscribe: ({ raw, context }, params) => answer(raw, params, context),
  })
  stopping.signal.addEventListener('abort', () => {
    for (const outlet of open) outlet.end(new Ended('stopped'))
  })

  async function placeOf(req: Request): Promise<Leave> {
    if (stopping.signal.aborted || open.size >= PER_PROCESS) throw tooMany(PER_PROCESS, 'at once')
    if (!req.viewer.user) return () => {} // nothing that they get lasts
    const leave = await takePlace(payerOf(req.viewer, req))
    if (!leave) throw tooMany(PER_PERSON, 'of one token or person')
    return leave
  }

  async function stream(req: Request, res: Response): Promise<void> {
    const leave = await placeOf(req)
    const outlet = new Outlet(res, () => {
      open.delete(outlet)
      leave()
    })
    open.add(outlet)
    try {
      const get = (name: string) => (name === 'accept' ? EVENT_STREAM : req.get(name))
      const { method, url, body } = req
      const [chunks, { status }] = await handle({ method, url, headers: { get }, body, raw: req, context: outlet })
      if (typeof chunks === 'object' && chunks !== null) await outlet.send(chunks)
      else throw new GraphQLError(misfits[status] ?? misfits[400] ?? '')
    } finally {
      outlet.close()
    }
  }

  /** What became no stream is answered as JSON: too many of them, or a database that is away. */
  function refuse(res: Response, error: unknown): void {
    const { status } = failureOf(error)
    const refusal = toldOf(error, plaindesk)
    const seconds = status === AWAY ? AWAY_SECONDS : refusal.extensions?.retryAfter
    if (seconds !== undefined) res.set('Retry-After', String(seconds))
    res.status(status).json({ errors: [refusal] })
  }

  return (req, res, next) => {
    if (req.accepts(['application/json', 'application/graphql-response+json', EVENT_STREAM]) !== EVENT_STREAM)
      return next()
    stream(req, res).catch(error => {
      if (!res.headersSent) return refuse(res, error)
      log.error({ err: error }, 'stream failed')
    })
  }
}

/** What the protocol's own answers are about. */
const misfits: Record<number, string> = {
  400: 'The body has to be {"query": …, "variables": …, "operationName": …}.',
  415: 'Send the operation as application/json.',
}

const tooMany = (max: number, whose: string) =>
  new GraphQLError(`The limit is ${max} streams ${whose}.`, {
    extensions: { code: 'RATE_LIMITED', limit: 'streams', max, retryAfter: RETRY_SECONDS },
  })
