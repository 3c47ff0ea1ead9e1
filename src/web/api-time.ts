// After so long an operation is answered, whatever it waits for. It begins nothing new (graph/bounds.ts), and what it was
// asking of the database ends by the database's own limit.
import { setTimeout as sleep } from 'node:timers/promises'
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server'
import { limitOf, tooComplex } from '../graph/limits.ts'
import { costOf } from './api-budget.ts'
import type { ApiContext } from './api-context.ts'

export const MAX_SECONDS = 10
/** The resolvers' own refusal, with whatever part of the answer there is, comes first where nothing hangs. */
const GRACE_MS = 100

type Asked = Parameters<ApolloServer<ApiContext>['executeHTTPGraphQLRequest']>[0]

/** The server, for the middleware that hands requests to it. */
export function within(server: ApolloServer<ApiContext>): ApolloServer<ApiContext> {
  return Object.create(server, {
    executeHTTPGraphQLRequest: {
      value: async ({ httpGraphQLRequest, context }: Asked) => {
        const end = new AbortController()
        const own = context()
        const answer = server
          .executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => own })
          .finally(() => end.abort())
        const late = sleep(MAX_SECONDS * 1000 + GRACE_MS, null, { signal: end.signal, ref: false })
        return Promise.race([
          answer,
          late
            .then(() => own)
            .then(tooLate)
            .catch(() => answer),
        ])
      },
    },
  })
}

/** What it came to is not known, so that it is all that was asked for. */
function tooLate({ account: { bill } }: ApiContext): HTTPGraphQLResponse {
  const error = tooComplex('time', MAX_SECONDS)
  const errors = [{ message: error.message, extensions: { code: error.extensions.code, ...limitOf(error) } }]
  const extensions = bill && { cost: costOf(bill, bill.requested) }
  return {
    status: 400,
    headers: new HeaderMap([...(bill?.headers ?? []), ['content-type', 'application/json; charset=utf-8']]),
    body: { kind: 'complete', string: JSON.stringify({ errors, extensions }) },
  }
}
