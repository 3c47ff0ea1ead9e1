// The resolver classes → one GraphQLSchema. Every use case of the product is in these lists.
import 'reflect-metadata'
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { deskResolvers } from './desk/resolvers.ts'
import { DateTime } from './graph/date-time.ts'
import { checkArgument } from './graph/input.ts'
import { wrapMutations } from './graph/mutation.ts'
import { NodeResolver } from './graph/node.resolver.ts'
import { inboxResolvers } from './inbox/resolvers.ts'
import { integrationResolvers } from './integrations/resolvers.ts'
import { listResolvers } from './list/resolvers.ts'
import { authorize } from './people/authorize.ts'
import { peopleResolvers } from './people/resolvers.ts'
import { settingResolvers } from './settings/resolvers.ts'
import { ticketResolvers } from './tickets/resolvers.ts'

export function buildPlaindeskSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      NodeResolver,
      ...ticketResolvers,
      ...peopleResolvers,
      ...listResolvers,
      ...deskResolvers,
      ...inboxResolvers,
      ...integrationResolvers,
      ...settingResolvers,
    ],
    authChecker: authorize,
    validateFn: checkArgument,
    scalarsMap: [{ type: Date, scalar: DateTime }],
  })
  wrapMutations(schema)
  describeRoots(schema)
  return schema
}

/** What type-graphql has no place to say. */
function describeRoots(schema: GraphQLSchema): void {
  Object.assign(schema.getQueryType() ?? {}, { description: 'What can be read.' })
  Object.assign(schema.getMutationType() ?? {}, {
    description: 'What can be done. Each field is a transaction of its own; several run in order.',
  })
  for (const { args } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    for (const argument of args) argument.description ??= 'All that it takes.'
  }
}

/** The schema as schema.graphql holds it, in an order that no import changes. */
export const printedSchema = (schema: GraphQLSchema): string => `${printSchema(lexicographicSortSchema(schema))}\n`
