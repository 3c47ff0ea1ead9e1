// Which lists were too long to be counted a moment ago. Finding a thousand in a large archive takes long where few of many
// tickets fit, and each page of the team counts each of its views. That a list got shorter than that shows a minute later.
import type { EntityManager } from '@mikro-orm/postgresql'
import { LRUCache } from 'lru-cache'
import type { Condition } from './condition.ts'

const A_WHILE_MS = 60_000
const MOST = 2000

/** By portal: tests open several in one process. */
const known = new WeakMap<object, LRUCache<string, true>>()

export function isLong(em: EntityManager, list: Condition): boolean {
  return known.get(em.getMetadata())?.has(keyOf(list)) ?? false
}

export function rememberLong(em: EntityManager, list: Condition): void {
  const portal = em.getMetadata()
  const lists = known.get(portal) ?? new LRUCache<string, true>({ max: MOST, ttl: A_WHILE_MS })
  known.set(portal, lists)
  lists.set(keyOf(list), true)
}

const keyOf = ({ sql, values }: Condition): string => JSON.stringify([sql, values])
