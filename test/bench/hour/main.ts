// npm run bench:hour -- --minutes 60 --rate 20 --warm 10 --tickets 50000 --keep
//
// Customers, team, programs and mails use a portal at a steady rate for an hour, and nothing of what its processes hold may grow.
// Exit code 1 where something does, or where anything was answered otherwise than it should be.
import { parseArgs } from 'node:util'
import { keep } from '../../promises/kept.ts'
import { spendTime } from './hour.ts'
import type { Note } from './notes.ts'
import { type Trend, trendsOf } from './trend.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    /** Deeds a second. */
    rate: { type: 'string', default: '20' },
    /** Minutes until caches are full and code is compiled: what grows before that is not judged. */
    warm: { type: 'string', default: '10' },
    tickets: { type: 'string', default: '50000' },
    keep: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const [minutes, rate, warm, seed] = [
  Number(values.minutes),
  Number(values.rate),
  Number(values.warm),
  Number(values.seed),
]
const EVERY = 1
/** Shorter runs promise nothing. */
const HOUR = 60
/** Columns of the table: one each ten minutes, unless that would be too many. */
const columns = Math.min(8, Math.max(2, Math.floor(minutes / 10) + 1))

console.log(`seed ${seed}, ${rate} deeds a second for ${minutes} minutes`)
const started = performance.now()
let told = 0
const { notes, done, putOff, failures } = await spendTime({
  tickets: Number(values.tickets),
  keep: values.keep,
  rate,
  minutes,
  every: EVERY,
  seed,
  say: (note, { failures }) => {
    console.log(minuteOf(note))
    for (const failure of failures.slice(told)) console.log(failure)
    told = failures.length
  },
})
const trends = trendsOf(notes, warm)
console.table(Object.fromEntries(trends.map(rowOf)))
console.table(
  Object.fromEntries([...done].map(([deed, times]) => [deed, { done: times, 'put off': putOff.get(deed) ?? 0 }])),
)
for (const failure of failures.slice(told)) console.log(failure)
const growing = trends.filter(({ isHeld }) => !isHeld)
if (minutes >= HOUR) keepAll()
console.log(verdict())
process.exitCode = growing.length + failures.length > 0 ? 1 : 0

function rowOf({ name, slope, error, most, isHeld }: Trend): [string, Record<string, string>] {
  const figures = Array.from({ length: columns }, (_, at) => {
    const note = notes[Math.round((at * (notes.length - 1)) / (columns - 1))]
    return [`min ${note?.at.toFixed()}`, (note?.figures.get(name) ?? Number.NaN).toFixed(1)]
  })
  const judged = most === null ? {} : { most: String(most), ok: isHeld ? 'yes' : 'NO' }
  return [name, { ...Object.fromEntries(figures), 'an hour': `${slope.toFixed(1)} ± ${error.toFixed(1)}`, ...judged }]
}

function keepAll(): void {
  const steepest = (ending: string) =>
    Math.max(...trends.filter(({ name }) => name.endsWith(ending)).map(({ slope }) => slope))
  keep('bench:hour', 'heap that a process gains in an hour of load', [{ where: '', value: steepest(': heap, MB') }])
  keep('bench:hour', 'memory that it gains', [{ where: '', value: steepest(': RSS, MB') }])
  keep('bench:hour', 'whatever else grows in it', [{ where: '', value: growing.length }])
  keep('bench:hour', 'wrong answers in it', [{ where: '', value: failures.length }])
}

function minuteOf({ at, figures }: Note): string {
  const all = [...figures].map(([name, figure]) => `${name} ${figure.toFixed(1)}`)
  return `${at.toFixed(1)} min · ${all.join(' · ')}`
}

function verdict(): string {
  const took = ((performance.now() - started) / 60_000).toFixed()
  const [count, again] = [done, putOff].map(times => [...times.values()].reduce((sum, each) => sum + each, 0))
  const what = growing.length === 0 ? 'nothing grows' : `${growing.map(({ name }) => name).join('; ')} grow too much`
  return `${count} deeds in ${took} minutes, ${again} put off for a moment, ${failures.length} failures; ${what} (from minute ${warm} on).`
}
