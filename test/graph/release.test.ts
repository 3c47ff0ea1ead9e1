// Programs of others outlive our releases: what the last one had, this one has, unless it was deprecated by then.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core'
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import { describe, expect, test } from 'vitest'

const read = (file: string) => buildSchema(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'))

/** What breaks programs that were written against the older schema and did not heed its deprecations. */
async function breaks(older: GraphQLSchema, newer: GraphQLSchema): Promise<string[]> {
  const changes = await diff(older, newer, [DiffRule.suppressRemovalOfDeprecatedField])
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message)
}

const isArgumented = (
  field: GraphQLField<unknown, unknown> | GraphQLInputField,
): field is GraphQLField<unknown, unknown> => 'args' in field

/** All that can be deprecated, with the reason where it is. */
function deprecations(schema: GraphQLSchema): [string, string][] {
  return Object.values(schema.getTypeMap()).flatMap(type => {
    const fields =
      isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : []
    const args = fields.flatMap(field =>
      isArgumented(field) ? field.args.map(each => [`${field.name}(${each.name})`, each] as const) : [],
    )
    const values = isEnumType(type) ? type.getValues() : []
    const all = [...[...fields, ...values].map(each => [each.name, each] as const), ...args]
    return all.flatMap(([name, { deprecationReason }]): [string, string][] =>
      deprecationReason == null ? [] : [[`${type.name}.${name}`, deprecationReason]],
    )
  })
}

/** `Since 2026-11-22: use x.` */
const dated = /^Since \d{4}-\d\d-\d\d: \S.{8,}\.$/
const undated = (schema: GraphQLSchema) => deprecations(schema).filter(([, reason]) => !dated.test(reason))

test('§8: schema.graphql breaks nothing that released.graphql has; `npm version` copies the one to the other', async () => {
  expect(await breaks(read('released.graphql'), read('schema.graphql'))).toEqual([])
})

test('§8: whatever is deprecated says since when and what to use instead', () => {
  expect(undated(read('schema.graphql'))).toEqual([])
})

describe('the check itself', () => {
  const older = buildSchema(`
    type Query { ticket(number: Int!): Ticket  old: Int @deprecated(reason: "Since 2026-11-22: use \`ticket\`.") }
    type Ticket { number: Int!  status: Status  url: String! }
    input Filter { status: Status  old: Int @deprecated(reason: "Some day") }
    enum Status { NEW OPEN }`)
  const newer = (query: string, ticket: string, rest = 'enum Status { NEW OPEN }') =>
    buildSchema(`type Query { ${query} } type Ticket { ${ticket} } input Filter { status: Status } ${rest}`)

  test.each([
    ['a field that is gone', newer('ticket(number: Int!): Ticket', 'number: Int! status: Status')],
    ['a field that may be null', newer('ticket(number: Int!): Ticket', 'number: Int status: Status url: String!')],
    [
      'a further argument that is needed',
      newer('ticket(number: Int!, year: Int!): Ticket', 'number: Int! status: Status url: String!'),
    ],
    [
      'a value that is gone',
      newer('ticket(number: Int!): Ticket', 'number: Int! status: Status url: String!', 'enum Status { NEW }'),
    ],
  ])('refuses %s', async (_what, schema) => {
    expect(await breaks(older, schema)).toHaveLength(1)
  })

  test('lets go what was deprecated by the last release, and takes what is new', async () => {
    const schema = newer('ticket(number: Int!): Ticket more: Int', 'number: Int! status: Status url: String! more: Int')
    expect(await breaks(older, schema)).toEqual([])
  })

  test('finds a deprecation without a date', () => {
    expect(undated(older)).toEqual([['Filter.old', 'Some day']])
  })
})
