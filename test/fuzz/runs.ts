// How often each thing is tried, and with which numbers. `npm run fuzz -- --runs 50 --seed 7` says both; the test run
// tries each a few times with another seed every time, and a failure names the command that repeats it.
import { appendFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect } from 'vitest'
import { fuzzNotes, fuzzRuns, fuzzSeconds, fuzzSeed, SLOW_SECONDS } from './settings.ts'

/** What became of one thing. */
export interface Note {
  thing: string
  tried: number
  /** Whether it ended for want of time. */
  isCut: boolean
  /** Of the value that took longest, with the checks of its answer. */
  slowest: number
}

/** Tries values, `times` rounds of them; `faults` answers what is wrong with what came of one. */
export async function holds<T>(values: fc.Arbitrary<T>, faults: (value: T) => Promise<readonly string[]>, times = 1) {
  const found: string[] = []
  let slowest = 0
  const property = fc.asyncProperty(values, async value => {
    const begun = performance.now()
    found.push(...(await faults(value)))
    slowest = Math.max(slowest, performance.now() - begun)
    // A value that is slow to answer is found like one that is answered wrongly.
    if (fuzzSeconds > 0 && slowest > SLOW_SECONDS * 1000) found.push(`took ${(slowest / 1000).toFixed(1)} s`)
    return found.length === 0
  })
  // Nothing is made smaller: the same portal would be asked again, and its state has moved on.
  const { failed, counterexample, errorInstance, interrupted, numRuns } = await fc.check(property, {
    numRuns: fuzzRuns * times,
    seed: fuzzSeed,
    endOnFailure: true,
    ...(fuzzSeconds > 0 ? { interruptAfterTimeLimit: fuzzSeconds * 1000 } : {}),
  })
  note({ thing: expect.getState().currentTestName ?? '', tried: numRuns, isCut: interrupted, slowest })
  if (!failed) return
  const what = JSON.stringify(counterexample?.[0], readable).replace(/(.)\1{50,}/g, '$1…')
  throw new Error(
    `${[...found, errorInstance ?? ''].join('\n')}\n${what.slice(0, 1_500)}\nnpm run fuzz -- --runs ${fuzzRuns} --seed ${fuzzSeed}`,
  )
}

function note(about: Note): void {
  if (fuzzNotes) appendFileSync(fuzzNotes, `${JSON.stringify(about)}\n`)
}

/** JSON would list the bytes one by one. */
const readable = (_key: string, value: unknown): unknown => {
  const { type, data } = Object(value)
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data).toString('latin1') : value
}
