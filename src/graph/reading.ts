// Reading for showing. What nobody is going to change needs no identity map, no snapshot and no tracked properties: a row
// becomes a frozen object with its entity's getters, for a tenth of what the entity manager takes to make an entity.
// Whatever will be changed is read through the entity manager.
import { type EntityManager, type EntityMetadata, type EntityProperty, ReferenceKind } from '@mikro-orm/postgresql'
import { ask } from './ask.ts'
import { allOf, anything, type Condition, idList } from './condition.ts'
import { isLong, rememberLong } from './long-lists.ts'
import type { Node } from './node.ts'

/** An entity's class. */
export interface NodeType<T extends Node = Node> {
  name: string
  prototype: T
}
type Row = Record<string, unknown>

/** Subqueries about `t` by the names of what they give; with values of their own where they depend on who asks. */
export type Added = Readonly<Record<string, string | Condition>>

/** The first so many of a list, among which others are then looked for. */
export interface Within {
  where: Condition
  orderBy: string
  limit: number
  /** What `where` and `orderBy` of the reading ask for: these are carried for all of them, whole rows only for those that are shown. */
  columns: readonly string[]
  /** What else comes along with each row, by name: window functions over all of them, and one more where there are more. */
  adds?: Readonly<Record<string, string>>
}

export interface Reading {
  where: Condition
  /** Only these are looked at; which of the `ways` lead to them is asked there. */
  within?: Within
  /** Conditions of which one has to hold too. They exclude each other, and each is followed along an index of its own. */
  ways?: readonly Condition[]
  /** Each of these has so many rows of its own, as a list of things each has a page: the column that leads to them. */
  of?: { column: string; ids: readonly string[] }
  /** `t.created_at desc, t.id desc` */
  orderBy?: string
  limit?: number
  /** Relations that come along in the same statement. */
  brings?: readonly string[]
  /** Which of the things of a relation come along, by its name: the others are as if they were not there. */
  only?: Readonly<Record<string, Condition>>
  /** What else comes along in the same statement, by name: a subquery about `t` that gives one value. */
  adds?: Added
  /**
   * Whether the statement is planned once per connection and not every time, which takes longer than to run it. Only for
   * texts that vary little, and where any value finds few rows: the plan is made for an average one.
   */
  isPrepared?: boolean
}

/** The things that a condition holds for. What they refer to is unread (`loaded` reads it) unless it came along. */
export async function read<T extends Node>(em: EntityManager, type: NodeType<T>, reading: Reading): Promise<T[]> {
  const meta: EntityMetadata = metaOf(em, type)
  const { sql, values } = selection(meta, reading)
  const { brings = [], only = {} } = reading
  const added = Object.entries(reading.adds ?? {}).map(([name, what]) => ({ name, ...asCondition(what) }))
  const counted = Object.keys(reading.within?.adds ?? {}).map(name => `, found."${name}"`)
  const others = added.map(({ name, sql }) => `, (${sql}) as "${name}"`)
  const selected = [columnsOf(meta, 't', brings, only), ...counted, ...others].join('')
  const all = [...brings.flatMap(name => only[name]?.values ?? []), ...added.flatMap(each => each.values), ...values]
  const rows = await ask(em, `select ${selected} ${sql}`, all, reading.isPrepared)
  return rows.map(row => shown(meta, row) as T)
}

const asCondition = (what: string | Condition): Condition =>
  typeof what === 'string' ? { sql: what, values: [] } : what

export async function readOne<T extends Node>(
  em: EntityManager,
  type: NodeType<T>,
  reading: Reading,
): Promise<T | null> {
  return (await read(em, type, reading))[0] ?? null
}

const metaOf = (em: EntityManager, type: NodeType): EntityMetadata => em.getMetadata().get(type as never)

/**
 * How many there are of each kind, by one statement; counted up to a limit, so that no count grows with the archive. What
 * reached it is not counted again for a while, unless it is planned once and quick.
 */
export async function countUpTo(
  em: EntityManager,
  type: NodeType,
  limit: number,
  kinds: readonly Omit<Reading, 'isPrepared'>[],
  isPrepared = false,
): Promise<number[]> {
  const lists = kinds.map(kind => selection(metaOf(em, type), { ...kind, limit }))
  if (isPrepared) return countAll(em, lists, true)
  const short = lists.filter(list => !isLong(em, list))
  const counts = short.length > 0 ? await countAll(em, short) : []
  for (const [at, list] of short.entries()) if (counts[at] === limit) rememberLong(em, list)
  return lists.map(list => counts[short.indexOf(list)] ?? limit)
}

async function countAll(em: EntityManager, lists: readonly Condition[], isPrepared = false): Promise<number[]> {
  const counts = lists.map(({ sql }, at) => `(select count(*)::int from (select ${sql}) counted) as "${at}"`)
  const values = lists.flatMap(list => list.values)
  const [row] = await ask(em, `select ${counts.join(', ')}`, values, isPrepared)
  return lists.map((_list, at) => Number(row?.[at]))
}

/** Several lists by one statement, each in its order. */
export async function readLists(
  em: EntityManager,
  lists: readonly (Pick<Reading, 'where' | 'orderBy' | 'limit'> & { type: NodeType })[],
): Promise<Node[][]> {
  const selected = lists.map(({ type, ...reading }) => {
    const meta = metaOf(em, type)
    const { sql, values } = selection(meta, reading)
    return {
      meta,
      values,
      sql: `(select coalesce(json_agg(x), '[]') from (select ${columnsOf(meta, 't', [])} ${sql}) x)`,
    }
  })
  const sql = `select ${selected.map((list, at) => `${list.sql} as "${at}"`).join(', ')}`
  const values = selected.flatMap(list => [...list.values])
  const [row] = await ask(em, sql, values, true)
  return selected.map(({ meta }, at) => rowsIn(row?.[at]).map(each => shown(meta, each)))
}

const rowsIn = (list: unknown): Row[] => (Array.isArray(list) ? list : [])

/** What follows the select list. */
function selection({ tableName }: { tableName: string }, reading: Reading): Condition {
  const { where, ways = [anything], of, within } = reading
  if (of) return selectionOfEach(tableName, reading, of)
  if (within) return selectionWithin(tableName, reading, within)
  const order = orderOf(reading)
  const along = ways.map(way => allOf(way, where))
  const [only, ...others] = along.map(({ sql }) => `from ${tableName} t where ${sql}${order}`)
  const values = along.flatMap(each => each.values)
  if (others.length === 0) return { sql: only ?? '', values }
  const united = [only, ...others].map(each => `(select t.* ${each})`).join(' union all ')
  return { sql: `from (${united}) t${order}`, values }
}

const orderOf = ({ orderBy, limit }: Pick<Reading, 'orderBy' | 'limit'>): string =>
  `${orderBy ? ` order by ${orderBy}` : ''}${limit === undefined ? '' : ` limit ${limit}`}`

/** `t.nth` counts them from 1. One more than the limit says that there are more. */
function selectionWithin(tableName: string, { where, ways, ...reading }: Reading, within: Within): Condition {
  const { orderBy, limit, columns, adds = {} } = within
  const first = selection({ tableName }, { where: within.where, ways, orderBy, limit: limit + 1 })
  const carried = ['id', ...columns].map(column => `t.${column}`).join(', ')
  const counted = Object.entries(adds).map(([name, sql]) => `, ${sql} as "${name}"`)
  const all = `select t.*, row_number() over (order by ${orderBy}) as nth${counted.join('')} from (select ${carried} ${first.sql}) t`
  const found = `(select t.* from (${all}) t where ${where.sql}${orderOf(reading)}) found`
  return {
    sql: `from ${found} join ${tableName} t on t.id = found.id${orderOf(reading)}`,
    values: [...first.values, ...where.values],
  }
}

/** The first rows of each parent, found along the parent's index one after the other. */
function selectionOfEach(
  tableName: string,
  { where, orderBy, limit }: Reading,
  of: NonNullable<Reading['of']>,
): Condition {
  const own = `select t.* from ${tableName} t where t.${of.column} = parent.id and (${where.sql}) order by ${orderBy} limit ${limit}`
  return {
    sql: `from unnest(?::uuid[]) parent (id) cross join lateral (${own}) t order by ${orderBy}`,
    values: [idList(of.ids), ...where.values],
  }
}

const unread = Symbol('unread')

/** Whether a thing is only known by its id. */
export const isUnread = (thing: object): boolean => unread in thing

const columns = new Map<string, string>()

/** The select list of an entity: its columns by the names of its properties, and the relations that it brings along. */
function columnsOf(meta: EntityMetadata, alias: string, brings: readonly string[], only: Reading['only'] = {}): string {
  const key = [meta.className, alias, ...brings, ...Object.entries(only).map(([name, { sql }]) => name + sql)].join()
  const known = columns.get(key) ?? listColumns(meta, alias, brings, only)
  columns.set(key, known)
  return known
}

function listColumns(
  meta: EntityMetadata,
  alias: string,
  brings: readonly string[],
  only: NonNullable<Reading['only']>,
): string {
  const own = meta.props.filter(
    ({ kind, fieldNames, lazy, name }) => isOwnColumn(kind) && fieldNames && !lazy && !brings.includes(name),
  )
  return [
    ...own.map(({ fieldNames, name }) => `${alias}."${fieldNames[0]}" as "${name}"`),
    ...brings.map(name => `(${relation(meta.properties[name], alias, only[name])}) as "${name}"`),
  ].join(', ')
}

const isOwnColumn = (kind: ReferenceKind) => kind === ReferenceKind.SCALAR || kind === ReferenceKind.MANY_TO_ONE

/** A subquery for what a relation leads to, as JSON: PostgreSQL plans it far faster than it plans a join. */
function relation(property: EntityProperty | undefined, alias: string, only: Condition = anything): string {
  if (!property?.targetMeta) throw new Error(`no relation to bring along: ${property?.name}`)
  const { targetMeta: target, kind, fieldNames, mappedBy, pivotTable, joinColumns, inverseJoinColumns } = property
  const found = `select ${columnsOf(target, 'r', [])} from ${target.tableName} r`
  const which = only === anything ? '' : ` and (${only.sql.replaceAll(/\bt\./g, 'r.')})`
  if (kind === ReferenceKind.MANY_TO_ONE)
    return `select row_to_json(x) from (${found} where r.id = ${alias}."${fieldNames[0]}"${which}) x`
  const link =
    kind === ReferenceKind.ONE_TO_MANY
      ? `where r."${target.properties[mappedBy]?.fieldNames[0]}" = ${alias}.id`
      : `join ${pivotTable} p on p."${inverseJoinColumns[0]}" = r.id where p."${joinColumns[0]}" = ${alias}.id`
  return `select coalesce(json_agg(x), '[]') from (${found} ${link}${which} order by r.id) x`
}

/** All columns of a type, for a statement of ours whose rows become things. */
export const columnsFor = (em: EntityManager, type: NodeType, alias: string): string =>
  columnsOf(metaOf(em, type), alias, [])

/** The thing that a row is, read by another statement of ours with the names of the properties. */
export const thingOf = <T extends Node>(em: EntityManager, type: NodeType<T>, row: object): T =>
  shown(metaOf(em, type), row as Row) as T

/** The entity of a thing that was read for showing, so that it can be changed. Nothing is read again. */
export function entityOf<T extends Node>(em: EntityManager, thing: T): T {
  if (!Object.isFrozen(thing)) return thing
  const data = Object.entries(thing).map(([name, value]) => [name, isStub(value) ? value.id : value])
  return em.merge(thing.constructor as never, Object.fromEntries(data))
}

const isStub = (value: unknown): value is Node => typeof value === 'object' && value !== null && isUnread(value)

/** Makes a row what it is a row of, and what came along likewise. Frozen, because a change of it would not be saved. */
function shown(meta: EntityMetadata, row: Row): Node {
  // The prototype stands in the literal: assigned properties would run the setters by which entities track changes.
  const node: Row = { __proto__: meta.prototype, ...row }
  for (const { name, targetMeta, runtimeType } of convertedOf(meta)) {
    const value = node[name]
    if (value !== undefined && value !== null)
      node[name] = targetMeta ? relatedTo(targetMeta, value) : valueOf(runtimeType, value)
  }
  return Object.freeze(node) as unknown as Node
}

function valueOf(runtimeType: string, value: unknown): unknown {
  if (runtimeType === 'Date') return new Date(String(value))
  return typeof value === 'string' ? Buffer.from(value.slice(2), 'hex') : value // `\\x…`, where it came as JSON
}

function relatedTo(target: EntityMetadata, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(each => shown(target, each))
  if (typeof value === 'object') return shown(target, value as Row)
  return Object.freeze({ __proto__: target.prototype, id: value, [unread]: true })
}

const converted = new WeakMap<EntityMetadata, EntityProperty[]>()

/** The properties whose values are not what PostgreSQL sends. */
function convertedOf(meta: EntityMetadata): EntityProperty[] {
  const known =
    converted.get(meta) ??
    meta.props.filter(({ runtimeType, targetMeta }) => ['Date', 'Buffer'].includes(runtimeType) || targetMeta)
  converted.set(meta, known)
  return known
}
