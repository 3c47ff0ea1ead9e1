// Figures that commands leave behind, each with its day: var/figures/<command>.json.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandedName } from './list.ts'
import type { Figure } from './promise.ts'

const folder = join(import.meta.dirname, '../../var/figures')

export interface KeptFigure extends Figure {
  /** When it was measured, ISO 8601. */
  at: string
}

/** By promise, then by what was measured: whoever measures one page alone leaves the others’ figures as they are. */
type Kept = Record<string, Record<string, KeptFigure>>

/** Keeps what `npm run <command>` measured of a promise. */
export function keep(command: string, name: CommandedName, figures: readonly Figure[]): void {
  const kept = read(`${command}.json`)
  const at = new Date().toISOString()
  const own = figures.map(figure => [figure.where, { ...figure, at }] as const)
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    fileOf(`${command}.json`),
    JSON.stringify({ ...kept, [name]: { ...kept[name], ...Object.fromEntries(own) } }, null, 2),
  )
}

/** What was ever measured of each promise. */
export function keptFigures(): Map<string, KeptFigure[]> {
  const files = existsSync(folder) ? readdirSync(folder) : []
  return new Map(
    files.flatMap(file => Object.entries(read(file)).map(([name, figures]) => [name, Object.values(figures)] as const)),
  )
}

const fileOf = (name: string): string => join(folder, name.replaceAll(':', '-'))

const read = (name: string): Kept => (existsSync(fileOf(name)) ? JSON.parse(readFileSync(fileOf(name), 'utf8')) : {})
