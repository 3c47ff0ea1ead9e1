// What a client's document may cost; a page's own documents are exempt. Each refusal names the limit.
import { type ASTNode, GraphQLError, type GraphQLSchema, Kind, type ValidationContext, visit } from 'graphql'
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity'
import { PAGE_SIZE } from './connection.ts'

/** A ticket with its messages, authors and files is 7 deep. */
export const MAX_DEPTH = 12
export const MAX_ALIASES = 30
export const MAX_TOKENS = 3_000
/** Fields to be resolved, lists by their page size: 100 tickets with 20 messages each and their authors fit. */
export const MAX_COST = 20_000

const tooComplex = (limit: string, max: number, found: number) =>
  new GraphQLError(`The document's ${limit} is ${found}; the limit is ${max}.`, {
    extensions: { code: 'QUERY_TOO_COMPLEX', limit, max },
  })

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
        if (aliases > MAX_ALIASES) context.reportError(tooComplex('number of aliases', MAX_ALIASES, aliases))
      },
    },
  }
}

const estimator: ComplexityEstimator = ({ field, args, childComplexity }) => {
  const isConnection = field.args.some(argument => argument.name === 'first')
  const asked: unknown = args.first ?? args.last
  if (Array.isArray(args.ids)) return 1 + childComplexity * args.ids.length
  return 1 + childComplexity * (isConnection ? (typeof asked === 'number' ? asked : PAGE_SIZE) : 1)
}

/** Refuses an operation whose cost with these variables is over the limit; answers the cost. */
export function checkCost(
  schema: GraphQLSchema,
  query: Parameters<typeof getComplexity>[0]['query'],
  variables: Record<string, unknown>,
): number {
  const cost = getComplexity({ schema, query, variables, estimators: [estimator] })
  if (cost > MAX_COST) throw tooComplex('cost', MAX_COST, cost)
  return cost
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
