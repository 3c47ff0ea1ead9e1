// What is checked once an operation is known (who may introspect, what it costs, how much one asks), and what every answer
// says of it: the cost in `extensions`, and the usual headers.
import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server'
import { GraphQLError } from 'graphql'
import { failureOf } from '../graph/failure.ts'
import { actualCost, checkCost } from '../graph/limits.ts'
import { type Bill, charge, costOf, type Till } from './api-budget.ts'
import type { ApiContext } from './api-context.ts'
import { saidOnce } from './api-error.ts'
import { note, tells } from './noted.ts'

/** The database is away: the client tries again with the same idempotency key. */
export const AWAY = 503
export const RETRY_SECONDS = '10'

type Ask = GraphQLRequestContext<ApiContext>

export function limits(till: Till): ApolloServerPlugin<ApiContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, source, request, operationName, contextValue, schema }) {
          try {
            if (!contextValue.viewer.user && /\b__(?:schema|type)\b/.test(source)) throw unauthenticated()
            const cost = checkCost(schema, { document, operationName, variables: request.variables ?? {} })
            const bill = await charge(till, contextValue, cost)
            contextValue.account.bill = bill
            if (bill.refusal) throw bill.refusal
          } catch (error) {
            throw withStatus(error)
          }
        },
        async willSendResponse(ask) {
          hideSchema(ask)
          noteRefusal(ask)
          const { body } = ask.response
          if (body?.kind === 'single' && body.singleResult.errors)
            body.singleResult.errors = saidOnce(body.singleResult.errors)
          if (isAway(ask)) return say(ask, AWAY, { 'retry-after': RETRY_SECONDS })
          sayWhen(ask)
          // What is no operation costs nothing but the request, so that nobody sends such things without end.
          const { bill } = ask.contextValue.account
          if (!bill) await chargeLate(till, ask)
          else settle(till, ask, bill)
        },
      }
    },
  }
}

function noteRefusal({ errors = [], contextValue: { request } }: Ask): void {
  const code = errors.map(error => failureOf(error).code).find(tells)
  if (code && request.res) note(request.res, code)
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

/** Of limits that a field met, such as mails to one address; the request itself was not one too many. */
function sayWhen(ask: Ask): void {
  const waits = (ask.errors ?? []).flatMap(error => failureOf(error).details.seconds ?? [])
  if (waits.length > 0) say(ask, null, { 'retry-after': String(Math.max(...waits.map(Number))) })
}

async function chargeLate(till: Till, ask: Ask): Promise<void> {
  const bill = await charge(till, ask.contextValue, 0).catch(() => null)
  if (!bill) return
  const { body } = ask.response
  if (bill.refusal && body?.kind === 'single') {
    const { http: _, ...extensions } = bill.refusal.extensions
    body.singleResult = { errors: [{ message: bill.refusal.message, extensions }] }
    say(ask, 429, { 'retry-after': String(extensions.retryAfter) })
  }
  present(ask, bill, 0)
}

/** What it did not come to is given back. */
function settle({ unspent }: Till, ask: Ask, bill: Bill): void {
  const { body } = ask.response
  if (body?.kind !== 'single') return
  const actual = bill.refusal ? 0 : actualCost(bill.requested, body.singleResult.data)
  const rest = bill.refusal ? 0 : bill.requested - actual
  if (rest > 0) unspent.add(bill.payer, rest)
  present(ask, { ...bill, available: bill.available + rest }, actual)
}

function present(ask: Ask, bill: Bill, actual: number): void {
  const { body } = ask.response
  say(ask, null, Object.fromEntries(bill.headers))
  if (body?.kind !== 'single') return
  body.singleResult.extensions = { ...body.singleResult.extensions, cost: costOf(bill, actual) }
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
