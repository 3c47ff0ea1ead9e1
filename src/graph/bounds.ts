// What a client's operation may take while it runs. Its cost was computed from the pages it asks for; lists without pages,
// and a database that is slow, can make it more.
import { type GraphQLError, type GraphQLSchema, isObjectType } from 'graphql'
import type { Context } from './context.ts'
import { MAX_COST, tooComplex } from './limits.ts'

/** Fields of an answer. */
export const MAX_FIELDS = 2 * MAX_COST

export interface Bounds {
  seconds: number
  /** As `performance.now()` counts. */
  endsAt: number
  /** How many fields it may still resolve. */
  left: number
}

export const boundsOf = (seconds: number): Bounds => ({
  seconds,
  endsAt: performance.now() + seconds * 1000,
  left: MAX_FIELDS,
})

/** Lets no field of a schema begin once its operation is over its bounds. In place; operations of ours have none. */
export function keepWithin(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field
      if (!resolve) continue // a value that is there already
      field.resolve = (root, args, context: Context, info) => {
        const over = context.bounds ? spend(context.bounds) : null
        // A promise: of what was begun beside a field that throws at once, graphql-js leaves rejections to nobody.
        return over ? Promise.reject(over) : resolve(root, args, context, info)
      }
    }
  }
}

function spend(bounds: Bounds): GraphQLError | null {
  bounds.left -= 1
  if (bounds.left < 0) return tooComplex('fields', MAX_FIELDS)
  return performance.now() > bounds.endsAt ? tooComplex('time', bounds.seconds) : null
}
