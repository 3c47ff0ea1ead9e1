import { helper } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { isOneOf } from './condition.ts'
import type { Node } from './node.ts'
import { read } from './reading.ts'
import { isUnread, type NodeType } from './things.ts'

type Loader = DataLoader<string, Node | null>
const loaders = new WeakMap<EntityManager, Map<string, Loader>>()

/**
 * The thing behind a reference, read where it is not yet. All references of one type that a level of the answer asks for
 * are read by one statement, so a list costs the same whatever its length.
 */
export async function loaded<T extends Node>(em: EntityManager, reference: T | null): Promise<T | null> {
  if (!reference || isRead(reference)) return reference
  return (await loaderOf(em, typeOf(reference)).load(reference.id)) as T | null
}

/** What a thing's relation to many leads to: `related(em, ticket, 'participants')`. One statement for a list of things. */
export async function related<T extends Node>(em: EntityManager, owner: Node, name: string): Promise<readonly T[]> {
  const known: unknown = Reflect.get(owner, name)
  if (Array.isArray(known)) return known
  const found = await loaderOf(em, typeOf(owner), [name]).load(owner.id)
  return Reflect.get(Object(found), name) ?? []
}

/** Spares reading somebody who is known already: whoever asks is on most things that they see. */
export function remember(em: EntityManager, node: Node): void {
  loaderOf(em, typeOf(node)).prime(node.id, node)
}

const others: ((em: EntityManager) => void)[] = []

/** Whoever else remembers what was read is told when to forget it. */
export function onForget(listener: (em: EntityManager) => void): void {
  others.push(listener)
}

/** What was read before may be wrong after a change. */
export function forget(em: EntityManager): void {
  loaders.delete(em)
  for (const listener of others) listener(em)
}

const typeOf = <T extends Node>(thing: T) => thing.constructor as NodeType<T>

/** What was read for showing is frozen; other things are entities, or references to one. */
const isRead = (thing: Node): boolean => !isUnread(thing) && (Object.isFrozen(thing) || helper(thing).isInitialized())

function loaderOf(em: EntityManager, type: NodeType, brings: readonly string[] = []): Loader {
  const ofEm = loaders.get(em) ?? new Map<string, Loader>()
  loaders.set(em, ofEm)
  const key = [type.name, ...brings].join()
  const loader = ofEm.get(key) ?? new DataLoader<string, Node | null>(ids => readAll(em, type, ids, brings))
  ofEm.set(key, loader)
  return loader
}

async function readAll(
  em: EntityManager,
  type: NodeType,
  ids: readonly string[],
  brings: readonly string[],
): Promise<(Node | null)[]> {
  const found = await read(em, type, {
    brings,
    where: isOneOf('t.id', ids),
    isPrepared: true,
  })
  const byId = new Map(found.map(node => [node.id, node]))
  return ids.map(id => byId.get(id) ?? null)
}
