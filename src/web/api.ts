// `/graphql` for programs: the client's document, the same resolvers, and limits that our own pages do not need.
import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { expressMiddleware } from '@as-integrations/express5'
import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import { failureOf } from '../graph/failure.ts'
import { aliasLimit, depthLimit, MAX_TOKENS } from '../graph/limits.ts'
import type { Plaindesk } from '../plaindesk.ts'
import type { Till } from './api-budget.ts'
import { type ApiContext, apiContext } from './api-context.ts'
import { sentences, told } from './api-error.ts'
import { AWAY, limits, RETRY_SECONDS } from './api-limits.ts'
import { within } from './api-time.ts'
import { isCrossSite } from './csrf.ts'
import { note } from './noted.ts'
import { readsOfPrograms } from './replica.ts'
import { type Parts, streams } from './stream.ts'
import { onlyStreamed } from './stream-operation.ts'
import { Unspent } from './unspent.ts'

export const BODY_LIMIT = '1mb'

export interface Api {
  /** Mount at `/graphql`, in a router of their own. */
  middlewares: RequestHandler[]
  /** Tells programs what went wrong, also before these came to their turn. */
  failure: ErrorRequestHandler
}

/** Throws where the server cannot start. */
export async function createApi(
  plaindesk: Plaindesk,
  { registry, viewerNow }: Pick<Parts, 'registry' | 'viewerNow'>,
): Promise<Api> {
  const till: Till = { orm: plaindesk.orm, unspent: new Unspent() }
  const server = new ApolloServer<ApiContext>({
    schema: plaindesk.schema,
    introspection: true,
    persistedQueries: false, // a document that is only named would have to be looked at elsewhere
    includeStacktraceInErrorResponses: false,
    validationRules: [depthLimit, aliasLimit],
    parseOptions: { maxTokens: MAX_TOKENS },
    // Cache control would look at each field of each answer, none of which is ever kept.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      onlyStreamed,
      limits(till),
      readsOfPrograms(plaindesk),
    ],
    formatError: (formatted, error) => told(formatted, error, plaindesk),
    stopOnTerminationSignals: false,
  })
  await server.start()
  const middlewares = [
    onlyPost,
    sameSite(plaindesk),
    express.json({ limit: BODY_LIMIT }),
    streams(plaindesk, { server, till, viewerNow, registry }),
    expressMiddleware(within(server), {
      context: async ({ req }) => apiContext(req, plaindesk),
    }),
  ]
  return { middlewares, failure: answerFailure(plaindesk) }
}

const onlyPost: RequestHandler = (req, res, next) => {
  if (req.method === 'POST') return next()
  if (asksForPage(req)) return next('router')
  refuse(res.set('Allow', 'POST'), 405, 'BAD_USER_INPUT', 'Send operations by POST.')
}

/** Whoever opens the address in a browser; with a `query` it is an operation, which is never sent by GET. */
const asksForPage = (req: Request) =>
  ['GET', 'HEAD'].includes(req.method) && !('query' in req.query) && req.accepts([...mediaTypes, 'html']) === 'html'

/** A browser that says another site made it post is not believed; Apollo's own check refuses posts that forms can make. */
const sameSite =
  ({ config }: Plaindesk): RequestHandler =>
  (req, res, next) => {
    if (!isCrossSite(req, config)) return next()
    note(res, 'CROSS_SITE')
    refuse(res, 403, 'FORBIDDEN', 'Requests from other sites are refused.')
  }

/** What no operation could be run for: a body that is none, or a database that is away. */
const answerFailure =
  ({ log }: Plaindesk) =>
  (error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(error)
    const status = Number(Reflect.get(Object(error), 'status'))
    if (status === 413)
      return refuse(res, 413, 'BAD_USER_INPUT', `The body is larger than ${BODY_LIMIT}.`, {
        limit: 'body',
        max: BODY_LIMIT,
      })
    if (status >= 400 && status < 500) return refuse(res, 400, 'BAD_USER_INPUT', 'The body is not valid JSON.')
    const failure = failureOf(error)
    if (failure.id) log.error({ err: failure.cause, id: failure.id }, 'request failed')
    if (failure.status === AWAY) res.set('Retry-After', RETRY_SECONDS)
    refuse(res, failure.status, failure.code, sentences.INTERNAL ?? '')
  }

/** A token that is unknown, revoked or over is not a stranger's request: 401, before anything is looked at. */
export function refuseToken(res: Response): void {
  note(res, 'UNAUTHENTICATED')
  refuse(res.set('WWW-Authenticate', 'Bearer'), 401, 'UNAUTHENTICATED', 'This token is not valid.')
}

/** By GraphQL over HTTP; the first one for whoever does not say what they take. */
const mediaTypes = ['application/json', 'application/graphql-response+json']

function refuse(res: Response, status: number, code: string, message: string, limit: object = {}): void {
  const type = res.req.accepts(mediaTypes) || 'application/json'
  res
    .status(status)
    .type(type)
    .json({ errors: [{ message, extensions: { code, ...limit } }] })
}
