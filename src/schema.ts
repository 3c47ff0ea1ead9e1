// The resolver classes → one GraphQLSchema. Every use case of the product is in these lists.
import 'reflect-metadata'
import type { GraphQLSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { deskResolvers } from './desk/resolvers.ts'
import { DateTime } from './graph/date-time.ts'
import { checkInput } from './graph/input.ts'
import { wrapMutations } from './graph/mutation.ts'
import { NodeResolver } from './graph/node.resolver.ts'
import { integrationResolvers } from './integrations/resolvers.ts'
import { listResolvers } from './list/resolvers.ts'
import { authorize } from './people/authorize.ts'
import { peopleResolvers } from './people/resolvers.ts'
import { ticketResolvers } from './tickets/resolvers.ts'

export function buildPlaindeskSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [NodeResolver, ...ticketResolvers, ...peopleResolvers, ...listResolvers, ...deskResolvers, ...integrationResolvers],
    authChecker: authorize,
    validateFn: value => checkInput(value),
    scalarsMap: [{ type: Date, scalar: DateTime }],
  })
  wrapMutations(schema)
  return schema
}
