// npm run promises -- --only Start,Speed
//
// Runs the tests that measure what Plaindesk promises, starts it some times, and prints a line per promise. What longer
// commands measure is shown as they left it. Exit code 1 where a promise does not hold.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { keptFigures } from './kept.ts'
import { chapters } from './list.ts'
import { Outcomes } from './outcomes.ts'
import type { Promised } from './promise.ts'
import { type Row, rowOf } from './rows.ts'

const { values } = parseArgs({ options: { only: { type: 'string', default: Object.keys(chapters).join() } } })
const chosen = Object.entries<Record<string, Promised>>(chapters).filter(([chapter]) =>
  values.only.split(',').includes(chapter),
)
if (chosen.length === 0)
  throw new Error(`There is no chapter “${values.only}”, only ${Object.keys(chapters).join(', ')}.`)

const isStarted = !values.only.split(',').includes('Start') || (await starts())
const outcomes = new Outcomes()
const vitest = await startVitest(filesOf(chosen.flatMap(([, promises]) => Object.values(promises))), {
  run: true,
  watch: false,
  reporters: ['dot', outcomes],
})
await vitest.close()

const found = { outcomes: outcomes.all, kept: keptFigures() }
const rows = chosen.map(
  ([chapter, promises]) =>
    [chapter, Object.entries(promises).map(([name, promised]) => rowOf(name, promised, found))] as const,
)
for (const [chapter, lines] of rows) console.log([`\n${chapter}`, ...lines.map(lineOf)].join('\n'))
const all = rows.flatMap(([, lines]) => lines)
const count = (holds: boolean | null) => all.filter(row => row.holds === holds).length
console.log(
  `\n${all.length} promises: ${count(true)} hold, ${count(false)} do not, ${count(null)} are not measured yet.`,
)
if (!isStarted) console.log('npm run bench:start came to no end: its figures are older.')
process.exitCode = isStarted && count(false) === 0 ? 0 : 1

function filesOf(promises: readonly Promised[]): string[] {
  const files = promises.flatMap(each => ('test' in each ? each.test : 'tests' in each ? each.tests : []))
  return [...new Set(files)].map(file => `test/${file}.test.ts`)
}

/** A process of its own, as all that takes times. */
async function starts(): Promise<boolean> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/bench/start.ts'], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code === 0
}

function lineOf({ promise, figure, budget, holds, by }: Row): string {
  const verdict = holds === null ? '–' : holds ? 'yes' : 'NO'
  return `  ${promise.padEnd(66)} ${figure.padEnd(34)} ${budget.padEnd(9)} ${verdict.padEnd(4)} ${by}`
}
