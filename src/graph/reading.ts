// Reading for showing. Whatever will be changed is read through the entity manager.
import type { EntityManager, EntityMetadata } from '@mikro-orm/postgresql'
import { ask, rowsIn } from './ask.ts'
import { columnsOf, type Only } from './columns.ts'
import type { Condition } from './condition.ts'
import { isLong, rememberLong } from './long-lists.ts'
import type { Node } from './node.ts'
import { type Selection, selection } from './selection.ts'
import { metaOf, type NodeType, shown } from './things.ts'

/** Subqueries about `t` by the names of what they give; with values of their own where they depend on who asks. */
export type Added = Readonly<Record<string, string | Condition>>

export interface Reading extends Selection {
  /** Relations that come along in the same statement. */
  brings?: readonly string[]
  /** Which of the things of these come along. */
  only?: Only
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
