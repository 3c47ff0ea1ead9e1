// The one place that knows what went wrong: whatever a resolver threw becomes a code that both pages and API answer with.
import { randomUUID } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { StoreAway } from '../files/away.ts'
import { type FailureCode, failureStatus, Refusal, Refusals } from './refusal.ts'

export interface Failure {
  code: FailureCode
  /** HTTP status; 503 where the database or the file store is away. */
  status: number
  details: Record<string, string | number>
  /** Set for bugs: stands in the log beside the stack and on the page. */
  id: string | null
  cause: unknown
}

/** What Apollo and graphql-js call what the client got wrong. */
const clientMistakes = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])
/**
 * PostgreSQL: connection lost, read-only, out of disk, memory or connections, shutting down, starting, trouble with the
 * disk; Node: no connection at all.
 */
const databaseAway = /^(?:08\w{3}|25006|53\w{3}|57P0[1-5]|58\w{3}|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/

export function failureOf(error: unknown): Failure {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  if (cause instanceof Refusal && cause.isFailure) return failure(cause.code as FailureCode, cause, cause.details)
  // An input refusal outside a mutation, such as a bad cursor or a search text that is too long.
  const [refusal] = cause instanceof Refusals ? cause.list : [cause]
  if (refusal instanceof Refusal) return failure('BAD_USER_INPUT', cause, refusal.details)
  if (isImpossibleValue(cause)) return failure('BAD_USER_INPUT', cause)
  if (cause instanceof StoreAway || isDatabaseAway(cause)) return { ...failure('INTERNAL', cause), status: 503 }
  if (cause instanceof GraphQLError) {
    const code = cause.extensions.code
    if (typeof code === 'string' && Object.hasOwn(failureStatus, code)) return failure(code as FailureCode, cause)
    // graphql-js itself found fault: with a value of ours, or with document, variables and arguments.
    if (isLocated(error) && code === undefined && !cause.message.startsWith('Argument ')) return bug(cause)
    if ((typeof code === 'string' && clientMistakes.has(code)) || code === undefined)
      return failure('BAD_USER_INPUT', cause)
  }
  return bug(cause)
}

/** Database or file store are away: the same again, later, may go well. */
export const isOutage = (error: unknown): boolean => failureOf(error).status === 503

/** It came up while running, at a field; documents and variables are judged before. */
const isLocated = (error: unknown): boolean => error instanceof GraphQLError && error.path !== undefined

const bug = (cause: unknown): Failure => ({ ...failure('INTERNAL', cause), id: randomUUID() })

function failure(code: FailureCode, cause: unknown, details: Failure['details'] = {}): Failure {
  return { code, status: failureStatus[code], details, id: null, cause }
}

/**
 * PostgreSQL's class 22: a value that no column can hold, as in a cursor made by hand. A NUL byte ends a statement early,
 * which its parser of messages calls a breach of protocol (poolers say that too where the database is away).
 */
function isImpossibleValue(error: unknown): boolean {
  const code: unknown = Reflect.get(Object(error), 'code')
  if (code === '08P01') return Reflect.get(Object(error), 'routine') === 'pq_getmsgend'
  return typeof code === 'string' && /^22\w{3}$/.test(code)
}

function isDatabaseAway(error: unknown): boolean {
  for (
    let at: unknown = error;
    typeof at === 'object' && at !== null;
    at = Reflect.get(at, 'cause') ?? Reflect.get(at, 'previous')
  ) {
    const code: unknown = Reflect.get(at, 'code')
    if (typeof code === 'string' && databaseAway.test(code)) return true
    if (
      at instanceof Error &&
      /Connection terminated|is not queryable|timeout exceeded when trying to connect/i.test(at.message)
    )
      return true
  }
  return false
}
