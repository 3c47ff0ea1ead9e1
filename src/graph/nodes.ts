// Which types `node(id:)` finds, and how: each feature registers a loader that finds only what the viewer may see.
import { parseGlobalId } from '../lib/ids.ts'
import type { Context } from './context.ts'
import type { Node } from './node.ts'

type Find = (context: Context, id: string) => Promise<Node | null>

const finders = new Map<string, Find>()

export function registerNode(type: string, find: Find): void {
  finders.set(type, find)
}

/** The thing behind a global id, or null where there is none or it is not the viewer's to see. */
export async function findNode(context: Context, globalId: string): Promise<Node | null> {
  const parsed = parseGlobalId(globalId)
  const find = parsed && finders.get(parsed.type)
  return find ? find(context, parsed.id) : null
}
