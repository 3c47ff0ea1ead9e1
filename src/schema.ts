// The resolver classes → one GraphQLSchema. Every use case of the product is in these lists.
import 'reflect-metadata'
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { deskResolvers } from './desk/resolvers.ts'
import { keepWithin } from './graph/bounds.ts'
import { DateTime } from './graph/date-time.ts'
import { checkArgument } from './graph/input.ts'
import { MAX_ALIASES, MAX_COST, MAX_DEPTH, MAX_TOKENS } from './graph/limits.ts'
import { wrapMutations } from './graph/mutation.ts'
import { NodeResolver } from './graph/node.resolver.ts'
import { inboxResolvers } from './inbox/resolvers.ts'
import { integrationResolvers } from './integrations/resolvers.ts'
import { listResolvers } from './list/resolvers.ts'
import { authorize } from './people/authorize.ts'
import { peopleResolvers } from './people/resolvers.ts'
import { settingResolvers } from './settings/resolvers.ts'
import { ticketResolvers } from './tickets/resolvers.ts'

const limitsInWords = `An operation of a client is at most ${MAX_DEPTH} deep, with ${MAX_ALIASES} aliases, ${MAX_TOKENS} tokens and a cost of ${MAX_COST}: each field 1, what stands below a list with pages times its page size. \`extensions.cost\` of every answer says what was requested, what it came to, what is available and how much comes back a second.`

/** type-graphql wants one; what our subscriptions tell comes from the database, each by a `subscribe` of its own. */
const noTopics: NonNullable<Parameters<typeof buildSchemaSync>[0]['pubSub']> = {
  publish() {},
  subscribe(topic) {
    throw new Error(`nothing is published under ${topic}`)
  },
}

/** The same for all that a process opens. */
export const schema = build()

function build(): GraphQLSchema {
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
    pubSub: noTopics,
  })
  wrapMutations(schema)
  keepWithin(schema)
  describeRoots(schema)
  return schema
}

/** What type-graphql has no place to say. */
function describeRoots(schema: GraphQLSchema): void {
  Object.assign(schema.getQueryType() ?? {}, { description: `What can be read. ${limitsInWords}` })
  Object.assign(schema.getMutationType() ?? {}, {
    description: 'What can be done. Each field is a transaction of its own; several run in order.',
  })
  Object.assign(schema.getSubscriptionType() ?? {}, {
    description:
      'What is told as it happens, to whoever sends the operation with `Accept: text/event-stream` (graphql-sse, distinct connections). Rights are asked for at each event.',
  })
  for (const { args } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    for (const argument of args) argument.description ??= 'All that it takes.'
  }
}

/** The schema as schema.graphql holds it, in an order that no import changes. */
export const printedSchema = (schema: GraphQLSchema): string => `${printSchema(lexicographicSortSchema(schema))}\n`
