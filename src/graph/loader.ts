import { helper } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import type { Node } from './node.ts'

type AnyNode = abstract new (...args: never[]) => Node
const loaders = new WeakMap<EntityManager, Map<unknown, DataLoader<string, Node | null>>>()

/**
 * The entity behind a reference, read where it is not yet. All references of one type that a level of the answer asks
 * for are read by one statement, so a list costs the same whatever its length.
 */
export async function loaded<T extends Node>(em: EntityManager, reference: T | null): Promise<T | null> {
  if (!reference || helper(reference).isInitialized()) return reference
  await loaderOf(em, reference.constructor as AnyNode).load(reference.id)
  return reference
}

function loaderOf(em: EntityManager, type: AnyNode): DataLoader<string, Node | null> {
  const ofEm = loaders.get(em) ?? new Map<unknown, DataLoader<string, Node | null>>()
  loaders.set(em, ofEm)
  const loader = ofEm.get(type) ?? new DataLoader<string, Node | null>(ids => readAll(em, type, ids))
  ofEm.set(type, loader)
  return loader
}

async function readAll(em: EntityManager, type: AnyNode, ids: readonly string[]): Promise<(Node | null)[]> {
  const found = await em.find(type as never, { id: { $in: [...ids] } } as never)
  const byId = new Map((found as Node[]).map(node => [node.id, node]))
  return ids.map(id => byId.get(id) ?? null)
}
