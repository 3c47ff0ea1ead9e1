// V8's CPU profiles as one tree of calls, and as the functions that take longest themselves.
import type { Profiler } from 'node:inspector'
import { fileURLToPath } from 'node:url'
import { root } from '../processes.ts'

/** As d3-flame-graph draws it. */
export interface Call {
  name: string
  /** Microseconds, with all that it calls. */
  value: number
  children: Call[]
}

export interface HotFunction {
  name: string
  /** Microseconds in the function itself. */
  self: number
}

/** V8's name of doing nothing. */
const IDLE = '(idle)'
/** A call that takes less than this share is not drawn: nobody could see it. */
const LEAST_SHARE = 0.0005

/** All processes' calls laid over each other, most expensive first. */
export function callTree(name: string, profiles: readonly Profiler.Profile[]): Call {
  const all: Call = { name, value: 0, children: [] }
  for (const profile of profiles) {
    const times = selfTimes(profile)
    const nodes = new Map(profile.nodes.map(node => [node.id, node]))
    const [top] = profile.nodes // V8's "(root)"
    if (top) all.value += graft(all, top, nodes, times)
  }
  return pruned(all, all.value * LEAST_SHARE)
}

/** What of the time that was not idle each function took itself, whoever called it. */
export function hotFunctions(profiles: readonly Profiler.Profile[]): HotFunction[] {
  const found = new Map<string, number>()
  for (const profile of profiles) {
    const times = selfTimes(profile)
    for (const { id, callFrame } of profile.nodes) {
      const name = nameOf(callFrame)
      if (name !== IDLE) found.set(name, (found.get(name) ?? 0) + (times.get(id) ?? 0))
    }
  }
  return [...found].map(([name, self]) => ({ name, self })).sort((a, b) => b.self - a.self)
}

/** A sample lasts until the next one. */
function selfTimes({ samples = [], timeDeltas = [] }: Profiler.Profile): Map<number, number> {
  const times = new Map<number, number>()
  for (const [at, id] of samples.entries()) times.set(id, (times.get(id) ?? 0) + (timeDeltas[at + 1] ?? 0))
  return times
}

/** Adds what a node calls below `onto`; answers how long it took with all of it. */
function graft(
  onto: Call,
  node: Profiler.ProfileNode,
  nodes: ReadonlyMap<number, Profiler.ProfileNode>,
  times: ReadonlyMap<number, number>,
): number {
  let total = times.get(node.id) ?? 0
  for (const id of node.children ?? []) {
    const child = nodes.get(id)
    if (!child || child.callFrame.functionName === IDLE) continue
    const call = callNamed(onto, nameOf(child.callFrame))
    const took = graft(call, child, nodes, times)
    call.value += took
    total += took
  }
  return total
}

function callNamed(below: Call, name: string): Call {
  const known = below.children.find(call => call.name === name)
  if (known) return known
  const made = { name, value: 0, children: [] }
  below.children.push(made)
  return made
}

const pruned = ({ name, value, children }: Call, least: number): Call => ({
  name,
  value,
  children: children.filter(call => call.value > least).map(call => pruned(call, least)),
})

/** Its name and where it stands, without the line: the loader has put everything on one. */
function nameOf({ functionName, url }: Profiler.ProfileNode['callFrame']): string {
  const name = functionName || '(anonymous)'
  if (!url) return name
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  return `${name} ${path.replace(`${root}/`, '')}`
}
