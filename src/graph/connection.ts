// Relay connections over keysets: a page is found by the sort key of its neighbour, never by counting rows off.
import type { EntityManager } from '@mikro-orm/postgresql'
import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql'
import { countChildren, firstChildren, type Parent } from './children.ts'
import { allOf, type Condition, condition } from './condition.ts'
import { cursorOf, type List, readCursor } from './cursor.ts'
import type { Node } from './node.ts'
import { inOrder } from './order.ts'
import { type Added, countUpTo, read } from './reading.ts'
import { Refusal } from './refusal.ts'
import type { Within } from './selection.ts'
import type { NodeType } from './things.ts'

export const PAGE_SIZE = 25
export const MAX_PAGE_SIZE = 100
/** Counts are exact to 1,000; one more means "1,000+". */
export const COUNT_LIMIT = 1001

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'How many from the front, at most 100; 25 unless told.' })
  first?: number | null

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor.' })
  after?: string | null

  @Field(() => Int, { nullable: true, description: 'How many from the end, at most 100.' })
  last?: number | null

  @Field(() => String, { nullable: true, description: 'Only what comes before this cursor.' })
  before?: string | null
}

@ObjectType({ description: 'Where a page stands among its neighbours.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after it.' }) hasNextPage!: boolean
  @Field(() => Boolean, { description: 'Whether there is more before it.' }) hasPreviousPage!: boolean
  @Field(() => String, { nullable: true, description: 'Cursor of the first edge.' }) startCursor!: string | null
  @Field(() => String, { nullable: true, description: 'Cursor of the last edge.' }) endCursor!: string | null
}

export interface Edge<T> {
  cursor: string
  node: T
}

/** What is a function is only worked out where the client asks for it. */
export interface Connection<T> {
  edges: () => Edge<T>[]
  nodes: T[]
  pageInfo: PageInfo
  /** Exact to 1,000, 1,001 = more. */
  totalCount: () => Promise<number>
}

/** The connection and edge types of a node type, such as `TicketConnection` and `TicketEdge`. */
export function connectionOf<T extends object>(name: string, NodeType: { prototype: T }) {
  const type = () => NodeType as ClassType<T>

  @ObjectType(`${name}Edge`, { description: 'A node and where it stands.' })
  class EdgeType {
    @Field(() => String, { description: 'Opaque; goes into `after` or `before`.' }) cursor!: string
    @Field(type, { description: 'The thing itself.' }) node!: T
  }

  @ObjectType(`${name}Connection`, { description: 'One page of a longer list.', simpleResolvers: true })
  class ConnectionType {
    @Field(() => [EdgeType], { description: 'Nodes with their cursors.' }) edges!: () => EdgeType[]
    @Field(() => [type()], { description: 'The nodes alone.' }) nodes!: T[]
    @Field(() => PageInfo, { description: 'Whether there is more.' }) pageInfo!: PageInfo
    @Field(() => Int, { description: 'How many there are in all: exact to 1,000, 1,001 means more than that.' })
    totalCount!: () => Promise<number>
  }
  return ConnectionType
}

export interface PageOf<T extends Node> extends List {
  type: NodeType<T>
  /** Whose list it is. First pages of several parents are read by one statement. */
  parent?: Parent
  where: Condition
  ways?: readonly Condition[]
  /** Pages lead through these alone. */
  within?: Within
  brings?: readonly string[]
  adds?: Added
  isPrepared?: boolean
}

/** Finds one page. Throws BAD_USER_INPUT for sizes and cursors that do not fit. */
export async function keysetPage<T extends Node>(
  em: EntityManager,
  args: PageArgs,
  page: PageOf<T>,
): Promise<Connection<T>> {
  const { size, backwards } = sizeOf(args)
  const { type, order, ways, within, parent } = page
  const direction = order.descending === backwards ? 'asc' : 'desc'
  const orderBy = inOrder(order, direction)
  const isFirst = !args.after && !args.before
  const found =
    parent && isFirst && !ways
      ? firstChildren(em, type, parent, { ...page, orderBy, limit: size + 1 })
      : read(em, type, {
          ...page,
          where: allOf(whole(page), ...withinConditions(page), ...cursorConditions(args, page)),
          adds: { ...page.adds, ...parent?.alone },
          orderBy,
          limit: size + 1,
        })
  const rows = await found.catch((error: unknown) => {
    throw isOfOtherType(error) && (args.after || args.before) ? new Refusal('BAD_USER_INPUT', 'after') : error
  })
  const hasMore = rows.length > size
  const nodes = rows.slice(0, size)
  if (backwards) nodes.reverse()
  const cursor = (node: T | undefined) => (node ? cursorOf(node, page) : null)
  return {
    edges: () => nodes.map(node => ({ node, cursor: cursorOf(node, page) })),
    nodes,
    pageInfo: {
      hasNextPage: backwards ? Boolean(args.before) : hasMore,
      hasPreviousPage: backwards ? hasMore : Boolean(args.after),
      startCursor: cursor(nodes[0]),
      endCursor: cursor(nodes.at(-1)),
    },
    // Counted as it is read: in no order the database may begin where the table begins and nothing fits.
    totalCount: async () => {
      if (!hasMore && isFirst) return nodes.length
      const list = { where: page.where, ways, within, orderBy: inOrder(order) }
      if (parent && !ways) return countChildren(em, type, parent, { ...list, limit: COUNT_LIMIT })
      return (await countUpTo(em, type, COUNT_LIMIT, [{ ...list, where: whole(page) }]))[0] ?? 0
    },
  }
}

/** All that is in the list, whichever page. */
const whole = <T extends Node>({ where, parent }: PageOf<T>): Condition =>
  parent ? allOf(condition(`t.${parent.column} = ?`, parent.id), where) : where

/** Not the one that says that there are more. */
const withinConditions = ({ within }: { within?: Within }): Condition[] =>
  within ? [condition('t.nth <= ?', within.limit)] : []

/** `before` alone reads backwards too: the page before a cursor is the one next to it, not the first of the list. */
function sizeOf({ first, last, before }: PageArgs): { size: number; backwards: boolean } {
  if (first != null && last != null) throw new Refusal('BAD_USER_INPUT', 'last')
  const size = first ?? last ?? PAGE_SIZE
  if (size < 0 || size > MAX_PAGE_SIZE)
    throw new Refusal('BAD_USER_INPUT', last == null ? 'first' : 'last', { max: MAX_PAGE_SIZE })
  return { size, backwards: last != null || (first == null && before != null) }
}

function cursorConditions<T extends Node>({ after, before }: PageArgs, page: PageOf<T>): Condition[] {
  const { columns, descending } = page.order
  const key = columns.map(column => `t.${column}`).join(', ')
  const marks = columns.map(() => '?').join(', ')
  const bound = (name: 'after' | 'before', cursor: string, comparison: string) =>
    condition(`(${key}) ${comparison} (${marks})`, ...readCursor(name, cursor, page))
  return [
    ...(after ? [bound('after', after, descending ? '<' : '>')] : []),
    ...(before ? [bound('before', before, descending ? '>' : '<')] : []),
  ]
}

/** PostgreSQL cannot compare a column with what stands in a cursor made by hand, such as a number with a date. */
const isOfOtherType = (error: unknown): boolean =>
  ['42883', '42804', '22007', '22008', '22P02'].includes(String(Reflect.get(Object(error), 'code')))
