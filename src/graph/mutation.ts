// What every root mutation field gets around it: its own transaction, idempotency, and refusals as `userErrors`.
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import type { Context } from './context.ts'
import { onlyOnce } from './idempotency.ts'
import { forget } from './loader.ts'
import { noteOwnWrite } from './own-write.ts'
import { untilDue } from './same-time.ts'
import { entityOf } from './things.ts'
import { refusalsOf, userErrorOf } from './user-errors.ts'

/** Wraps the mutations of a schema in place. */
export function wrapMutations(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const inItsTransaction = field.extensions[isOneStatement] ? atOnce : inTransaction
    field.resolve = asMutation(field.name, inItsTransaction, field.resolve ?? defaultFieldResolver)
  }
}

/** Marks what writes by one statement, which is a transaction of its own: `@Extensions(oneStatement)`. */
const isOneStatement = 'isOneStatement'
export const oneStatement = { [isOneStatement]: true }

type InTransaction = <T>(context: Context, work: () => Promise<T>) => Promise<T>
const atOnce: InTransaction = (_context, work) => work()

function asMutation(
  name: string,
  within: InTransaction,
  resolve: GraphQLFieldResolver<unknown, Context>,
): GraphQLFieldResolver<unknown, Context> {
  return async (root, args, context, info) => {
    beginChanges(context)
    try {
      const done = await within(context, async () => {
        const result = await onlyOnce(context, name, args.input, async () => ({
          ...Object(await resolve(root, args, context, info)),
        }))
        return { ...result, userErrors: [] }
      })
      await noteOwnWrite(context)
      return done
    } catch (error) {
      const refusals = refusalsOf(error)
      if (!refusals) throw error
      return { userErrors: refusals.map(refusal => userErrorOf(refusal, context.language)) }
    } finally {
      await untilDue(context)
    }
  }
}

/** Whoever asks may be what is changed; and what was read for showing before may be wrong after it. */
function beginChanges(context: Context): void {
  const { em, viewer } = context
  forget(em)
  if (viewer.user) context.viewer = { ...viewer, user: entityOf(em, viewer.user) }
}

/** One transaction around `work`; whatever was changed on the entities is written at its end, or forgotten. */
export async function inTransaction<T>(context: Context, work: () => Promise<T>): Promise<T> {
  const { em, viewer } = context
  await em.begin()
  try {
    const result = await work()
    await em.commit()
    return result
  } catch (error) {
    await em.rollback().catch(() => {}) // fails where the connection broke, and the transaction with it
    em.clear()
    if (viewer.user) em.merge(viewer.user)
    throw error
  }
}
