// Values for the arguments of an operation, by the schema: mostly of the right type, and hostile all the same.
import fc from 'fast-check'
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { hostileNumber, hostileText } from './values.ts'

export interface Known {
  ids: readonly string[]
  numbers: readonly string[]
  cursors: readonly string[]
}

/** Whatever JSON can say, in place of what was asked for. */
const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), hostileText, fc.constant({ __proto__: null, constructor: 1 }))

export function inputOf(type: GraphQLInputType, name: string, known: Known, depth = 0): fc.Arbitrary<unknown> {
  const right = rightOf(getNullableType(type), name, known, depth)
  const given = isNonNullType(type) ? right : fc.option(right, { freq: 4 })
  return fc.oneof({ weight: 30, arbitrary: given }, { weight: 1, arbitrary: anything })
}

function rightOf(type: GraphQLInputType, name: string, known: Known, depth: number): fc.Arbitrary<unknown> {
  if (isListType(type)) return fc.array(inputOf(type.ofType, name, known, depth), { maxLength: 4 })
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(each => each.name))
  if (isInputObjectType(type)) {
    // A filter within a filter within a filter ends here.
    const fields = Object.values(type.getFields()).filter(each => depth < 3 || isNonNullType(each.type))
    const values = fields.map(each => [each.name, inputOf(each.type, each.name, known, depth + 1)] as const)
    const needed = fields.filter(each => isNonNullType(each.type)).map(each => each.name)
    return fc.record(Object.fromEntries(values), { requiredKeys: needed as never[] })
  }
  const { name: scalar } = type as { name: string }
  if (scalar === 'Boolean') return fc.boolean()
  if (scalar === 'Int' || scalar === 'Float')
    return fc.oneof(fc.constantFrom(...known.numbers).map(Number), fc.nat(30), hostileNumber)
  if (scalar === 'ID') return fc.oneof(fc.constantFrom(...known.ids), hostileText)
  if (name === 'after' || name === 'before') return cursor(known)
  if (/Since$|Before$|At$|^(from|to|until)$/.test(name))
    return fc.oneof(fc.constantFrom('2026-01-01', '2026-01-01T00:00:00Z'), hostileText)
  return hostileText
}

/** One that the portal gave, or with a piece of what it holds changed. */
function cursor({ cursors }: Known): fc.Arbitrary<string> {
  const real = fc.constantFrom(...cursors)
  const changed = fc.tuple(real, fc.double({ min: 0, max: 1, noNaN: true }), hostileText).map(([text, at, put]) => {
    const inside = Buffer.from(text, 'base64url').toString()
    const from = Math.floor(at * inside.length)
    return Buffer.from(inside.slice(0, from) + put + inside.slice(from + 3)).toString('base64url')
  })
  return fc.oneof(real, changed, hostileText)
}

/** Every operation of the schema with a variable for each of its arguments. */
export function operationsOf(schema: GraphQLSchema) {
  return (['Query', 'Mutation'] as const).flatMap(root =>
    Object.values(schema[`get${root}Type`]()?.getFields() ?? {}).map(field => ({ root, field })),
  )
}
