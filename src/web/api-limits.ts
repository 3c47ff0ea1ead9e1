// What is checked once an operation is known (who may introspect, what it costs, how much one asks), and what every answer
// says of it: the cost in `extensions`, and the usual headers.
import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server'
import type { Request } from 'express'
import { GraphQLError } from 'graphql'
import type { Context } from '../graph/context.ts'
import { failureOf } from '../graph/failure.ts'
import { checkCost, fieldsIn } from '../graph/limits.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { type Bill, charge } from './api-budget.ts'

/** The database is away: the client tries again with the same idempotency key. */
export const AWAY = 503
export const RETRY_SECONDS = '10'

export interface ApiContext extends Context {
  request: Request
}
type Ask = GraphQLRequestContext<ApiContext>

export function limits(plaindesk: Plaindesk): ApolloServerPlugin<ApiContext> {
  return {
    async requestDidStart() {
      let bill: Bill | null = null
      return {
        async didResolveOperation({ document, request, operationName, contextValue, schema }) {
          try {
            if (!contextValue.viewer.user && /\b__(?:schema|type)\b/.test(request.query ?? '')) throw unauthenticated()
            const cost = checkCost(schema, { document, operationName, variables: request.variables ?? {} })
            bill = await charge(plaindesk, contextValue, cost)
            if (bill.refusal) throw bill.refusal
          } catch (error) {
            throw withStatus(error)
          }
        },
        async willSendResponse(ask) {
          hideSchema(ask)
          if (isAway(ask)) return say(ask, AWAY, { 'retry-after': RETRY_SECONDS })
          // What is no operation costs nothing but the request, so that nobody sends such things without end.
          if (!bill) await chargeLate(plaindesk, ask)
          else present(ask, bill)
        },
      }
    },
  }
}

/** Whoever may not read the schema is not helped to guess its names. */
function hideSchema({ contextValue: { viewer }, response: { body } }: Ask): void {
  if (viewer.user || body?.kind !== 'single' || !body.singleResult.errors) return
  body.singleResult.errors = body.singleResult.errors.map(error => ({
    ...error,
    message: error.message.replace(/ Did you mean .*/s, ''),
  }))
}

const isAway = ({ errors = [] }: Ask): boolean => errors.some(error => failureOf(error).status === AWAY)

async function chargeLate(plaindesk: Plaindesk, ask: Ask): Promise<void> {
  const bill = await charge(plaindesk, ask.contextValue, 0).catch(() => null)
  if (!bill) return
  const { body } = ask.response
  if (bill.refusal && body?.kind === 'single') {
    const { http: _, ...extensions } = bill.refusal.extensions
    body.singleResult = { errors: [{ message: bill.refusal.message, extensions }] }
    say(ask, 429, { 'retry-after': String(extensions.retryAfter) })
  }
  present(ask, bill)
}

/** The bill on the answer. */
function present(ask: Ask, { requested, available, refill, headers }: Bill): void {
  const { body } = ask.response
  say(ask, null, Object.fromEntries(headers))
  if (body?.kind !== 'single') return
  const cost = { requested, actual: fieldsIn(body.singleResult.data), available, refill }
  body.singleResult.extensions = { ...body.singleResult.extensions, cost }
}

function say({ response: { http } }: Ask, status: number | null, headers: Record<string, string>): void {
  if (status) http.status = status
  for (const [name, value] of Object.entries(headers)) http.headers.set(name, value)
}

/** What is thrown before an operation runs is the answer to the whole request; Apollo would make it a 500. */
function withStatus(error: unknown): GraphQLError {
  const { code, status, cause } = failureOf(error)
  const known = error instanceof GraphQLError ? error.extensions : {}
  return new GraphQLError(error instanceof Error ? error.message : '', {
    originalError: cause instanceof Error ? cause : null,
    extensions: { code, http: { status }, ...known },
  })
}

const unauthenticated = () =>
  new GraphQLError('Sign in to read the schema.', { extensions: { code: 'UNAUTHENTICATED' } })
