// npm run fuzz -- --runs 50 --seconds 60 --seed 7 --only mails,forms: each thing so often, for so long at most. Says how many
// values were tried and what took longest.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { keep } from '../promises/kept.ts'
import type { Note } from './runs.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'plaindesk-fuzz-'))
process.env.FUZZ_RUNS = values.runs
process.env.FUZZ_SECONDS = values.seconds
process.env.FUZZ_SEED = values.seed ?? String(Date.now() % 1_000_000)
process.env.FUZZ_NOTES = join(folder, 'notes')
console.log(`seed ${process.env.FUZZ_SEED}, each thing ${values.runs} times, ${values.seconds} s at most`)
const only = values.only.split(',').map(name => `test/fuzz/${name}`)
// What is tried ends by itself; this is for a portal that no longer answers at all.
const options = { run: true, testTimeout: (Number(values.seconds) + 120) * 1000, watch: false }
const vitest = await startVitest('test', only, options)
if (!values.only) keep('fuzz', 'what fuzzing found', [{ where: '', value: vitest.state.getCountOfFailedTests() }])
await vitest.close()
tell(notes())
rmSync(folder, { recursive: true, force: true })

function notes(): Note[] {
  const path = process.env.FUZZ_NOTES ?? ''
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))
    : []
}

function tell(all: readonly Note[]): void {
  const tried = all.reduce((sum, note) => sum + note.tried, 0)
  const cut = all.filter(({ isCut }) => isCut).length
  console.log(`${tried} values for ${all.length} things, ${cut} of them ended by the clock; the slowest:`)
  for (const { slowest, thing } of all.toSorted((one, other) => other.slowest - one.slowest).slice(0, 5))
    console.log(`${(slowest / 1000).toFixed(2)} s  ${thing}`)
}
