// npm run faults -- --rounds 20 --seed 7 --only web,postgres --minutes 60
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from '../kit/bundle.ts'
import { keep } from '../promises/kept.ts'
import type { Result } from './faults.ts'

const packages = join(import.meta.dirname, '../../node_modules/.cache')
mkdirSync(packages, { recursive: true })
const built = mkdtempSync(join(packages, 'faults-'))
process.once('exit', () => rmSync(built, { recursive: true, force: true }))
process.env.TEST_PROGRAM = await bundle(built) // before whatever begins processes is loaded
const { breakThings, names } = await import('./faults.ts')

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string' },
    only: { type: 'string', default: names.join() },
    minutes: { type: 'string', default: 'Infinity' },
  },
})
const [seed, rounds, only, minutes] = [
  Number(values.seed ?? Date.now() % 1_000_000),
  Number(values.rounds),
  values.only.split(','),
  Number(values.minutes),
]
const unknown = only.filter(name => !names.includes(name))
if (unknown.length > 0) throw new Error(`There is no fault “${unknown}”, only ${names.join(', ')}.`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
console.log(`seed ${seed}, ${rounds} rounds each${minutes === Infinity ? '' : `, ${minutes} minutes for all`}`)
const results = await breakThings({ rounds, seed, only, minutes, say: line => console.log(line) })
console.table(results.map(rowOf))
const kept = (of: (result: Result) => number) => results.map(result => ({ where: result.fault, value: of(result) }))
keep(
  'faults',
  'acknowledged and lost',
  kept(({ lost }) => lost.length),
)
keep(
  'faults',
  'doubled',
  kept(({ doubled }) => doubled.length),
)
keep(
  'faults',
  'answered as it should not be',
  kept(({ wrong }) => wrong.length),
)
keep(
  'faults',
  'rounds in which each thing was broken',
  kept(({ rounds }) => rounds),
)
for (const { fault, lost, doubled, wrong } of results)
  for (const [kind, list] of Object.entries({ lost, doubled, wrong }))
    for (const one of list) console.log(`${fault}, ${kind}: ${one}`)
const bad = results.reduce((sum, { lost, doubled, wrong }) => sum + lost.length + doubled.length + wrong.length, 0)
console.log(
  bad === 0
    ? `Nothing lost, nothing doubled (seed ${seed}). Mails that went twice: where the mail server's answer was lost, SMTP cannot tell.`
    : `${bad} findings with seed ${seed}.`,
)
process.exitCode = bad === 0 ? 0 : 1

function rowOf({ fault, rounds, acknowledged, repeated, lost, doubled, wrong, mails, mailsTwice, ...times }: Result) {
  const counts = { fault, rounds, acknowledged, repeated, lost: lost.length, doubled: doubled.length }
  const seconds = (ms: number | null) => (ms === null ? '' : `${(ms / 1000).toFixed(1)} s`)
  return {
    ...counts,
    'wrong answers': wrong.length,
    mails,
    'mails twice': mailsTwice,
    'longest outage': seconds(times.outage),
    'slowest recovery': seconds(times.recovery),
    'mails caught up': seconds(times.caughtUp),
  }
}
