// How often each thing is tried, and with which numbers. `npm run fuzz -- --runs 50 --seed 7` says both; the test run
// tries each a few times with another seed every time, and a failure names the command that repeats it.
import fc from 'fast-check'
import { fuzzRuns, fuzzSeed } from './settings.ts'

/** Tries values, `times` rounds of them; `faults` answers what is wrong with what came of one. */
export async function holds<T>(values: fc.Arbitrary<T>, faults: (value: T) => Promise<readonly string[]>, times = 1) {
  const found: string[] = []
  const property = fc.asyncProperty(values, async value => {
    found.push(...(await faults(value)))
    return found.length === 0
  })
  // Nothing is made smaller: the same portal would be asked again, and its state has moved on.
  const { failed, counterexample, errorInstance } = await fc.check(property, {
    numRuns: fuzzRuns * times,
    seed: fuzzSeed,
    endOnFailure: true,
  })
  if (!failed) return
  const what = JSON.stringify(counterexample?.[0], readable).replace(/(.)\1{50,}/g, '$1…')
  throw new Error(
    `${[...found, errorInstance ?? ''].join('\n')}\n${what.slice(0, 1_500)}\nnpm run fuzz -- --runs ${fuzzRuns} --seed ${fuzzSeed}`,
  )
}

/** JSON would list the bytes one by one. */
const readable = (_key: string, value: unknown): unknown => {
  const { type, data } = Object(value)
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data).toString('latin1') : value
}
