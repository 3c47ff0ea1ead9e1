import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql'
import type { Context } from './context.ts'
import type { Operation } from './operation.ts'

/** Runs a committed operation in-process, by the same resolvers as a client's document. */
export async function run(
  schema: GraphQLSchema,
  operation: Operation,
  variableValues: Record<string, unknown>,
  contextValue: Context,
): Promise<ExecutionResult> {
  return execute({ schema, document: operation.document, variableValues, contextValue })
}
