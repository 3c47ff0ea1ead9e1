// After so long an operation is answered, whatever it waits for. It begins nothing new (graph/bounds.ts), and what it was
// asking of the database ends by the database's own limit.
import { setTimeout as sleep } from 'node:timers/promises'
import { type ApolloServer, type BaseContext, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server'
import { limitOf, tooComplex } from '../graph/limits.ts'

export const MAX_SECONDS = 10
/** The resolvers' own refusal, with whatever part of the answer there is, comes first where nothing hangs. */
const GRACE_MS = 100

/** The server, for the middleware that hands requests to it. */
export function within<C extends BaseContext>(server: ApolloServer<C>): ApolloServer<C> {
  return Object.create(server, {
    executeHTTPGraphQLRequest: {
      value: async (request: Parameters<ApolloServer<C>['executeHTTPGraphQLRequest']>[0]) => {
        const end = new AbortController()
        const answer = server.executeHTTPGraphQLRequest(request).finally(() => end.abort())
        const late = sleep(MAX_SECONDS * 1000 + GRACE_MS, tooLate, { signal: end.signal, ref: false })
        return Promise.race([answer, late.then(make => make()).catch(() => answer)])
      },
    },
  })
}

function tooLate(): HTTPGraphQLResponse {
  const error = tooComplex('time', MAX_SECONDS)
  const errors = [{ message: error.message, extensions: { code: error.extensions.code, ...limitOf(error) } }]
  return {
    status: 400,
    headers: new HeaderMap([['content-type', 'application/json; charset=utf-8']]),
    body: { kind: 'complete', string: JSON.stringify({ errors }) },
  }
}
