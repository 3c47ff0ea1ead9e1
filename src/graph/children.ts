// Lists that each thing of a list has: what a level of the answer asks of all of them is read by one statement.
import type { EntityManager } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { allOf, condition, idList } from './condition.ts'
import type { Node } from './node.ts'
import { type Added, type Reading, read } from './reading.ts'
import type { NodeType } from './things.ts'

export interface Parent {
  /** Of the children's table. */
  column: string
  /** The children's property of that column. */
  property: string
  id: string
  /** What comes along where the list of one parent is read alone. */
  alone?: Added
}

/** The first rows of one parent's list, in the order of the reading. */
export async function firstChildren<T extends Node>(
  em: EntityManager,
  type: NodeType<T>,
  { column, property, id, alone }: Parent,
  reading: Reading,
): Promise<T[]> {
  const { where, orderBy, limit, brings, only, adds, isPrepared } = reading
  const likewise = { where, orderBy, limit, brings, only, adds, isPrepared }
  const loader = loaderOf<T[]>(em, ['first', type.name, column, likewise], async ids => {
    if (ids.length === 1)
      return [
        await read(em, type, { ...reading, where: allOf(own(column, ids[0]), where), adds: { ...adds, ...alone } }),
      ]
    const all = await read(em, type, { ...likewise, of: { column, ids } })
    const byParent = Map.groupBy(all, child => String(Reflect.get(Object(Reflect.get(child, property)), 'id')))
    return ids.map(each => byParent.get(each) ?? [])
  })
  return loader.load(id)
}

/** How many one parent has, counted up to the reading's limit. */
export function countChildren(
  em: EntityManager,
  type: NodeType,
  { column, id }: Parent,
  { where, orderBy, limit }: Reading,
): Promise<number> {
  const { tableName } = em.getMetadata().get(type as never)
  const loader = loaderOf<number>(em, ['count', type.name, column, where, limit], async ids => {
    const rows = await em.execute<{ id: string; count: number }[]>(
      `select parent.id, (select count(*)::int from (
         select from ${tableName} t where t.${column} = parent.id and (${where.sql}) order by ${orderBy} limit ${limit}) counted) as count
       from unnest(?::uuid[]) parent (id)`,
      [...where.values, idList(ids)],
    )
    const counts = new Map(rows.map(row => [row.id, row.count]))
    return ids.map(each => counts.get(each) ?? 0)
  })
  return loader.load(id)
}

const own = (column: string, id = '') => condition(`t.${column} = ?`, id)

type Loaders = Map<string, DataLoader<string, unknown>>
const loaders = new WeakMap<EntityManager, Loaders>()

/** Nothing is remembered, so what a mutation changed is read anew. */
function loaderOf<V>(
  em: EntityManager,
  what: unknown[],
  readAll: (ids: readonly string[]) => Promise<V[]>,
): DataLoader<string, V> {
  const ofEm: Loaders = loaders.get(em) ?? new Map()
  loaders.set(em, ofEm)
  const key = JSON.stringify(what)
  const loader = ofEm.get(key) ?? new DataLoader<string, unknown>(ids => readAll(ids), { cache: false })
  ofEm.set(key, loader)
  return loader as DataLoader<string, V>
}
