// What programs are told of what went wrong: the words of the documentation, a code, and which limit was met.
import { unwrapResolverError } from '@apollo/server/errors'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { type Failure, failureOf } from '../graph/failure.ts'
import { limitOf, tooManyTokens } from '../graph/limits.ts'
import { Refusal, Refusals } from '../graph/refusal.ts'
import type { Plaindesk } from '../plaindesk.ts'

/** A message may quote what it is about. */
const LONGEST = 1000

/** One error as the client reads it: a code out of the documented few, and of our own bugs nothing but an id. */
export function told(formatted: GraphQLFormattedError, error: unknown, { log }: Plaindesk): GraphQLFormattedError {
  const tooLong = tooManyTokens(formatted.message)
  const failure = failureOf(tooLong ?? (error instanceof GraphQLError ? error : unwrapResolverError(error)))
  if (failure.id) log.error({ err: failure.cause, id: failure.id }, 'operation failed')
  const { locations, path } = formatted
  return {
    message: messageOf(failure, formatted).slice(0, LONGEST),
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: {
      code: failure.code,
      ...detailsOf(failure),
      ...limitOf(failure.cause),
      ...(failure.id && { id: failure.id }),
    },
  }
}

/** The same, of what graphql-js has not formatted yet. */
export const toldOf = (error: unknown, plaindesk: Plaindesk): GraphQLFormattedError =>
  told(error instanceof GraphQLError ? error.toJSON() : { message: '' }, error, plaindesk)

/** Where the bounds were met, every field that was still to come says so; one is enough. */
export function saidOnce(errors: readonly GraphQLFormattedError[]): GraphQLFormattedError[] {
  const said = new Set<unknown>()
  return errors.filter(({ extensions: { code, limit } = {} }) => {
    if (code !== 'QUERY_TOO_COMPLEX') return true
    return !said.has(limit) && said.add(limit)
  })
}

/** The limit by its name, and when to come back. */
export function detailsOf({ details: { seconds, ...details } }: Pick<Failure, 'details'>): object {
  return seconds === undefined ? details : { ...details, retryAfter: seconds }
}

/** In the language of the documentation. */
export const sentences: Partial<Record<Failure['code'], string>> = {
  UNAUTHENTICATED: 'Sign in, or send a token.',
  FORBIDDEN: 'This is not allowed to you.',
  NOT_FOUND: 'There is no such thing.',
  RATE_LIMITED: 'Too many requests. Try again later.',
  INTERNAL: 'Something went wrong on our side.',
}

function messageOf({ code, cause }: Failure, { message }: GraphQLFormattedError): string {
  return cause instanceof GraphQLError && code !== 'INTERNAL' ? message : (sentences[code] ?? misfit(cause))
}

/** product §8: a refusal names the limit, and which argument met it. */
function misfit(cause: unknown): string {
  const [refusal] = cause instanceof Refusals ? cause.list : [cause]
  if (!(refusal instanceof Refusal)) return 'The input does not fit.'
  const { field, details } = refusal
  const limit = details.max === undefined ? '' : `: the limit is ${details.max}`
  return `${field ? `\`${field}\`` : 'The input'} does not fit${limit}.`
}
