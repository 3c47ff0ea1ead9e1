import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/

function parse(value: unknown): Date {
  const date = typeof value === 'string' && pattern.test(value) ? new Date(value) : null
  if (!date || Number.isNaN(date.getTime()))
    throw new GraphQLError('DateTime must be a moment as in 2026-11-22T09:30:00Z.')
  return date
}

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment, as RFC 3339 with offset, such as `2026-11-22T09:30:00.000Z`.',
  serialize: value => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  parseValue: parse,
  parseLiteral: node => parse(node.kind === Kind.STRING ? node.value : null),
})
