// Tries whether words become parts of statements: at whatever pages take in their addresses, forms and variables.
import { join } from 'node:path'
import type { Gate } from './gate.ts'
import { PLANTED } from './planted.ts'
import { run } from './run.ts'
import type { Target } from './targets.ts'

export interface Tried {
  findings: string[]
  /** How many parameters it tried, and how many targets it did not get through with. */
  parameters: number
  unfinished: number
}

export async function sqlmap(who: string, gate: Gate, folder: string, targets: readonly Target[], seconds: number) {
  const tried: Tried = { findings: [], parameters: 0, unfinished: 0 }
  for (const [at, target] of targets.entries()) {
    const { text, isWhole } = await ask(gate, join(folder, `sqlmap-${who}-${at}`), target, seconds / targets.length)
    tried.parameters += new Set(text.match(/testing for SQL injection on .*/g)).size
    tried.unfinished += isWhole ? 0 : 1
    tried.findings.push(...holesIn(text).map(line => `sqlmap as ${who}: ${target.name}: ${line}`))
  }
  return tried
}

/** The planted hole, which it has to find. */
export async function sqlmapIsBlind(gate: Gate, folder: string): Promise<string[]> {
  const target = { name: PLANTED, path: `${PLANTED}?word=a` }
  const { text } = await ask(gate, join(folder, 'sqlmap-planted'), target, 120)
  return holesIn(text).length > 0 ? [] : [`sqlmap is blind: it did not find the planted hole: ${text.slice(-500)}`]
}

const holesIn = (text: string): string[] =>
  text
    .split('\n')
    .filter(line =>
      /is vulnerable|identified the following injection|parameter '.*' (?:is|appears to be) .*injectable/.test(line),
    )

function ask({ address }: Gate, out: string, { path, data, json }: Target, seconds: number) {
  const what = [
    '-u',
    address + path,
    ...(data ? ['--data', data] : []),
    ...(json ? ['-H', 'Content-Type: application/json'] : []),
  ]
  const how = ['--batch', '--level', '1', '--risk', '1', '--dbms', 'PostgreSQL', '--threads', '2', '--disable-coloring']
  const beside = [
    '--flush-session',
    '--output-dir',
    out,
    '--skip',
    '_csrf,query',
    '--ignore-code',
    '*',
    '--ignore-redirects',
  ]
  return run('sqlmap', [...what, ...how, ...beside], Math.max(10, seconds))
}
