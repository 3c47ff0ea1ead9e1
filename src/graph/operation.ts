// Loads committed documents once, at start, and validates them: a typo in one stops the boot. Those under views/ are the
// pages'; the mail door has its own.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isEnumType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type TypeNode,
  validate,
} from 'graphql'

export interface Variable {
  name: string
  /** Name of the innermost type: `Int`, `String`, `TicketStatus` … */
  type: string
  isList: boolean
  isRequired: boolean
  /** Whether an empty text means "not given" (numbers, ids and choices; an empty text of a `String` is a text). */
  isBlankable: boolean
}

/** A committed document: one operation that a page or form runs. */
export interface Operation {
  /** Its file below views/ without ending: `tickets/show`. */
  name: string
  isMutation: boolean
  document: DocumentNode
  /** What it takes; nothing else of a request ever reaches it. */
  variables: readonly Variable[]
}

const views = join(import.meta.dirname, '../../views')

const loaded = new WeakMap<GraphQLSchema, Map<string, ReadonlyMap<string, Operation>>>()

/** All operations by name, read once for each schema. Throws one error that lists every fault of every document. */
export function loadOperations(schema: GraphQLSchema, folder = views): ReadonlyMap<string, Operation> {
  const folders = loaded.get(schema) ?? new Map<string, ReadonlyMap<string, Operation>>()
  loaded.set(schema, folders)
  const known = folders.get(folder) ?? read(schema, folder)
  folders.set(folder, known)
  return known
}

function read(schema: GraphQLSchema, folder: string): ReadonlyMap<string, Operation> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.graphql'))
  const frame = join(folder, 'layout.graphql')
  const layout = existsSync(frame) ? fragmentIn(frame) : null
  const operations = files.filter(file => file !== 'layout.graphql').map(file => load(folder, file, layout, schema))
  const faults = operations.flatMap(({ name, document }) =>
    validate(schema, document).map(fault => `${name}.graphql: ${fault.message}`),
  )
  if (faults.length > 0) throw new Error(`Documents that do not fit the schema:\n${faults.join('\n')}`)
  return new Map(operations.map(operation => [operation.name, operation]))
}

function fragmentIn(file: string): FragmentDefinitionNode {
  const [definition] = parse(readFileSync(file, 'utf8')).definitions
  if (definition?.kind !== Kind.FRAGMENT_DEFINITION) throw new Error(`${file}: a fragment is expected`)
  return definition
}

function load(folder: string, file: string, layout: FragmentDefinitionNode | null, schema: GraphQLSchema): Operation {
  const document = parse(readFileSync(join(folder, file), 'utf8'))
  const definition = document.definitions.find(each => each.kind === Kind.OPERATION_DEFINITION)
  if (!definition) throw new Error(`${file}: an operation is expected`)
  const isMutation = definition.operation === OperationTypeNode.MUTATION
  return {
    name: file.replace(/\.graphql$/, '').replaceAll('\\', '/'),
    isMutation,
    document: isMutation || !layout ? document : withLayout(document, definition, layout),
    variables: (definition.variableDefinitions ?? []).map(({ variable, type }) =>
      describe(variable.name.value, type, schema),
    ),
  }
}

/** Every page needs the same frame; its fragment rides along, so that no page fetches it by hand. */
function withLayout(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  layout: FragmentDefinitionNode,
): DocumentNode {
  const spread = { kind: Kind.FRAGMENT_SPREAD, name: layout.name } as const
  const framed = {
    ...operation,
    selectionSet: { ...operation.selectionSet, selections: [...operation.selectionSet.selections, spread] },
  }
  return {
    ...document,
    definitions: [...document.definitions.map(each => (each === operation ? framed : each)), layout],
  }
}

function describe(name: string, node: TypeNode, schema: GraphQLSchema): Variable {
  let type = node
  let isList = false
  while (type.kind !== Kind.NAMED_TYPE) {
    isList ||= type.kind === Kind.LIST_TYPE
    type = type.type
  }
  const isBlankable = type.name.value !== 'String' || isEnumType(schema.getType(type.name.value))
  return { name, type: type.name.value, isList, isRequired: node.kind === Kind.NON_NULL_TYPE, isBlankable }
}
