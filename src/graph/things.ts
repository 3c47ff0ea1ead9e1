// What nobody is going to change needs no identity map, no snapshot and no tracked properties: a row becomes a frozen object with
// its entity's getters, for a tenth of what the entity manager takes to make an entity.
import type { EntityManager, EntityMetadata, EntityProperty } from '@mikro-orm/postgresql'
import type { Node } from './node.ts'

/** An entity's class. */
export interface NodeType<T extends Node = Node> {
  name: string
  prototype: T
}
type Row = Record<string, unknown>

export const metaOf = (em: EntityManager, type: NodeType): EntityMetadata => em.getMetadata().get(type as never)

const unread = Symbol('unread')

/** Whether a thing is only known by its id. */
export const isUnread = (thing: object): boolean => unread in thing

/** The thing that a row is, read by another statement of ours with the names of the properties. */
export const thingOf = <T extends Node>(em: EntityManager, type: NodeType<T>, row: object): T =>
  shown(metaOf(em, type), row) as T

/** The entity of a thing that was read for showing, so that it can be changed. Nothing is read again. */
export function entityOf<T extends Node>(em: EntityManager, thing: T): T {
  if (!Object.isFrozen(thing)) return thing
  const data = Object.entries(thing).map(([name, value]) => [name, isStub(value) ? value.id : value])
  return em.merge(thing.constructor as never, Object.fromEntries(data))
}

const isStub = (value: unknown): value is Node => typeof value === 'object' && value !== null && isUnread(value)

/** Makes a row what it is a row of, and what came along likewise. Frozen, because a change of it would not be saved. */
export function shown(meta: EntityMetadata, row: object): Node {
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
  if (typeof value === 'object' && value !== null) return shown(target, value)
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
