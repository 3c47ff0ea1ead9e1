// What every root mutation field gets around it: its own transaction, idempotency, and refusals as `userErrors`.
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { translator } from '../i18n/translate.ts'
import type { Context } from './context.ts'
import { onlyOnce } from './idempotency.ts'
import { UserError } from './payload.ts'
import { Refusal, Refusals } from './refusal.ts'

/** Wraps the mutations of a schema in place. */
export function wrapMutations(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.resolve = asMutation(field.name, field.resolve ?? defaultFieldResolver)
  }
}

function asMutation(
  name: string,
  resolve: GraphQLFieldResolver<unknown, Context>,
): GraphQLFieldResolver<unknown, Context> {
  return async (root, args, context, info) => {
    try {
      return await inTransaction(context, async () => {
        const result = await onlyOnce(context, name, args.input, async () => ({
          ...Object(await resolve(root, args, context, info)),
        }))
        return { ...result, userErrors: [] }
      })
    } catch (error) {
      const refusals = error instanceof Refusals ? error.list : error instanceof Refusal ? [error] : []
      if (refusals.length === 0 || refusals.some(refusal => refusal.isFailure)) throw error
      return { userErrors: refusals.map(refusal => toUserError(refusal, context)) }
    }
  }
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
    await em.rollback()
    em.clear()
    if (viewer.user) em.merge(viewer.user)
    throw error
  }
}

function toUserError({ code, field, details }: Refusal, { language }: Context): UserError {
  return new UserError(code, field, translator(language)(`errors:${code}`, { ...details, context: field }))
}
