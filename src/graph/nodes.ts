// Which types `node(id:)` finds, and how: each feature registers a loader that finds only what the viewer may see.
import { parseGlobalId } from '../lib/ids.ts'
import type { Context } from './context.ts'
import type { Node } from './node.ts'

type Find = (context: Context, id: string) => Promise<Node | null>
/** The same for several at once, in any order; those that are not the viewer's to see are left out. */
type FindSeveral = (context: Context, ids: readonly string[]) => Promise<readonly Node[]>

const finders = new Map<string, { find: Find; findSeveral?: FindSeveral | undefined }>()

export function registerNode(type: string, find: Find, findSeveral?: FindSeveral): void {
  finders.set(type, { find, findSeveral })
}

/** The thing behind a global id, or null where there is none or it is not the viewer's to see. */
export async function findNode(context: Context, globalId: string): Promise<Node | null> {
  const parsed = parseGlobalId(globalId)
  const finder = parsed && finders.get(parsed.type)
  return finder ? finder.find(context, parsed.id) : null
}

/** The things behind global ids, in their order; all of one type are read together where their feature can. */
export async function findNodes(context: Context, globalIds: readonly string[]): Promise<(Node | null)[]> {
  const ofTypes = Map.groupBy(
    [...new Set(globalIds)].flatMap(id => parseGlobalId(id) ?? []),
    ({ type }) => type,
  )
  const found = new Map<string, Node>()
  for (const [type, parsed] of ofTypes) {
    const ids = parsed.map(({ id }) => id)
    for (const node of await findOfType(context, type, ids)) found.set(node.globalId, node)
  }
  return globalIds.map(id => found.get(id) ?? null)
}

async function findOfType(context: Context, type: string, ids: readonly string[]): Promise<readonly Node[]> {
  const finder = finders.get(type)
  if (!finder) return []
  if (finder.findSeveral) return finder.findSeveral(context, ids)
  const nodes: Node[] = []
  for (const id of ids) nodes.push(...[(await finder.find(context, id)) ?? []].flat())
  return nodes
}
