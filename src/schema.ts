// The resolver classes → one GraphQLSchema. Every use case of the product is in this list.
import 'reflect-metadata'
import type { GraphQLSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { DateTime } from './graph/date-time.ts'
import { checkInput } from './graph/input.ts'
import { wrapMutations } from './graph/mutation.ts'
import { NodeResolver } from './graph/node.resolver.ts'
import { authorize } from './people/authorize.ts'
import { AttachmentResolver } from './tickets/attachment.resolver.ts'
import { CategoryResolver } from './tickets/category.resolver.ts'
import { HeldResolver } from './tickets/held.resolver.ts'
import { MessageResolver } from './tickets/message.resolver.ts'
import { RequestResolver } from './tickets/request.resolver.ts'
import { StatusResolver } from './tickets/status.resolver.ts'
import { TicketResolver } from './tickets/ticket.resolver.ts'
import { TicketEventResolver } from './tickets/ticket-event.resolver.ts'

export function buildPlaindeskSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      NodeResolver,
      TicketResolver,
      MessageResolver,
      RequestResolver,
      StatusResolver,
      HeldResolver,
      CategoryResolver,
      AttachmentResolver,
      TicketEventResolver,
    ],
    authChecker: authorize,
    validateFn: value => checkInput(value),
    scalarsMap: [{ type: Date, scalar: DateTime }],
  })
  wrapMutations(schema)
  return schema
}
