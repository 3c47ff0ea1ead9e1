// What a client's document may cost; a page's own documents are exempt. Each refusal names the limit.
import { type ASTNode, GraphQLError, type GraphQLSchema, Kind, type ValidationContext, visit } from 'graphql'
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity'
import { MAX_PAGE_SIZE, PAGE_SIZE } from './connection.ts'

/** A ticket with its messages, authors and files is 7 deep. */
export const MAX_DEPTH = 12
export const MAX_ALIASES = 30
export const MAX_TOKENS = 3_000
/** Fields to be resolved, lists by their page size: 100 tickets with 20 messages each and their authors fit. */
export const MAX_COST = 20_000
/** Fields of the document with each fragment where it is spread: small fragments that spread each other grow without end. */
export const MAX_NODES = 10_000

const sentences = {
  depth: (max: number, found?: number) => `The document's depth is ${found}; the limit is ${max}.`,
  aliases: (max: number, found?: number) => `The document's number of aliases is ${found}; the limit is ${max}.`,
  cost: (max: number, found?: number) => `The document's cost is ${found}; the limit is ${max}.`,
  nodes: (max: number) => `The document has too many fields, with its fragments unfolded; the limit is ${max}.`,
  tokens: (max: number) => `The document is too long; the limit is ${max} tokens.`,
  fields: (max: number) => `The answer has too many fields; the limit is ${max}.`,
  time: (max: number) => `The operation took too long; the limit is ${max} seconds. What it was changing may be done.`,
}

/** The refusal of a document or operation: each names the limit that was met. */
export const tooComplex = (limit: keyof typeof sentences, max: number, found?: number) =>
  new GraphQLError(sentences[limit](max, found), {
    extensions: { code: 'QUERY_TOO_COMPLEX', limit, max, ...(found !== undefined && { found }) },
  })

/** What such a refusal tells programs besides its sentence; of other errors nothing. */
export function limitOf(error: unknown): object {
  if (!(error instanceof GraphQLError) || !['QUERY_TOO_COMPLEX', 'RATE_LIMITED'].includes(`${error.extensions.code}`))
    return {}
  const { limit, max, found, retryAfter } = error.extensions
  return { limit, max, found, retryAfter }
}

/** The parser stops at the limit, and calls that a mistake of syntax. */
export const tooManyTokens = (message: string): GraphQLError | null =>
  /more tha[nt] \d+ tokens/.test(message) ? tooComplex('tokens', MAX_TOKENS) : null

/** Validation rule: nesting, introspection apart (the usual introspection query is deeper than any of ours). */
export function depthLimit(context: ValidationContext) {
  return {
    Document(document: ASTNode) {
      const depth = depthOf(document, context, new Map())
      if (depth > MAX_DEPTH) context.reportError(tooComplex('depth', MAX_DEPTH, depth))
    },
  }
}

/** Validation rule: aliases multiply work that the depth does not show. */
export function aliasLimit(context: ValidationContext) {
  let aliases = 0
  return {
    Field(field: { alias?: unknown }) {
      if (field.alias) aliases += 1
    },
    Document: {
      leave() {
        if (aliases > MAX_ALIASES) context.reportError(tooComplex('aliases', MAX_ALIASES, aliases))
      },
    },
  }
}

const estimator: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (Array.isArray(args.ids)) return 1 + childComplexity * args.ids.length
  const isConnection = field.args.some(argument => argument.name === 'first')
  return 1 + childComplexity * (isConnection ? pageSize(args.first ?? args.last) : 1)
}

/** A size that does not fit is refused where the page is read; it must not make the rest cheaper. */
const pageSize = (asked: unknown): number =>
  typeof asked === 'number' ? Math.min(Math.max(asked, 0), MAX_PAGE_SIZE) : PAGE_SIZE

interface Asked {
  document: Parameters<typeof getComplexity>[0]['query']
  operationName: string | null
  variables: Record<string, unknown>
}

/** Refuses an operation whose cost with these variables is over the limit; answers the cost. */
export function checkCost(schema: GraphQLSchema, { document: query, operationName, variables }: Asked): number {
  const named = operationName === null ? {} : { operationName }
  try {
    const cost = getComplexity({
      schema,
      query,
      variables,
      estimators: [estimator],
      maxQueryNodes: MAX_NODES,
      ...named,
    })
    if (cost > MAX_COST) throw tooComplex('cost', MAX_COST, cost)
    return cost
  } catch (error) {
    throw /maximum allowed number of nodes/.test(String(error)) ? tooComplex('nodes', MAX_NODES) : error
  }
}

/**
 * What an operation came to, where its cost was what it could come to: the fields of its answer. At least a tenth of the
 * cost, because what is not there was looked for too.
 */
export const actualCost = (requested: number, data: unknown): number =>
  Math.min(requested, Math.max(fieldsIn(data), Math.ceil(requested / 10)))

function fieldsIn(data: unknown): number {
  if (Array.isArray(data)) return data.reduce<number>((sum, each) => sum + fieldsIn(each), 0)
  if (typeof data !== 'object' || data === null) return 0
  return Object.values(data).reduce<number>((sum, each) => sum + 1 + fieldsIn(each), 0)
}

function depthOf(node: ASTNode, context: ValidationContext, fragments: Map<string, number>): number {
  let deepest = 0
  let depth = 0
  visit(node, {
    FragmentDefinition: () => (node.kind === Kind.FRAGMENT_DEFINITION ? undefined : false),
    Field: {
      enter(field) {
        if (field.name.value.startsWith('__')) return false
        depth += 1
        deepest = Math.max(deepest, depth)
        return undefined
      },
      leave() {
        depth -= 1
      },
    },
    FragmentSpread({ name }) {
      deepest = Math.max(deepest, depth + fragmentDepth(name.value, context, fragments))
    },
  })
  return deepest
}

function fragmentDepth(name: string, context: ValidationContext, fragments: Map<string, number>): number {
  const known = fragments.get(name)
  if (known !== undefined) return known
  fragments.set(name, 0) // a fragment that spreads itself is refused by another rule
  const fragment = context.getFragment(name)
  const depth = fragment ? depthOf(fragment, context, fragments) : 0
  fragments.set(name, depth)
  return depth
}
