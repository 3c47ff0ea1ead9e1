// Short lists that forms let one choose from: topics, colleagues, canned texts. All that a page shows of them is read by
// one statement, and once for the whole page.
import type { EntityManager } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { onForget } from './loader.ts'
import type { Node } from './node.ts'
import { readLists } from './reading.ts'
import type { NodeType } from './things.ts'

export interface ShortList {
  type: () => NodeType
  /** A condition on `t` without values. */
  where: string
  orderBy: string
  limit: number
}

const loaders = new WeakMap<EntityManager, DataLoader<ShortList, readonly Node[]>>()
onForget(em => loaders.delete(em))

/** A list by its condition; asked with an entity manager it answers the things, for showing. */
export function listOf<T extends Node>(
  type: () => NodeType<T>,
  { where, orderBy, limit }: Omit<ShortList, 'type'>,
): (em: EntityManager) => Promise<T[]> {
  const list: ShortList = { type, where, orderBy, limit }
  return async em => [...(await loaderOf(em).load(list))] as T[]
}

function loaderOf(em: EntityManager): DataLoader<ShortList, readonly Node[]> {
  const loader =
    loaders.get(em) ?? new DataLoader<ShortList, readonly Node[]>(lists => readLists(em, lists.map(asReading)))
  loaders.set(em, loader)
  return loader
}

const asReading = ({ type, where, orderBy, limit }: ShortList) => ({
  type: type(),
  where: { sql: where, values: [] },
  orderBy,
  limit,
})
