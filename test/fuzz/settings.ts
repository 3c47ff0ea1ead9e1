/** Set by main.ts for the long form. */
export const fuzzRuns = Number(process.env.FUZZ_RUNS ?? 2)
export const fuzzSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)
/** So long each thing is tried at most, and one value of it. The short form leaves both to the tests' own time limit. */
export const fuzzSeconds = Number(process.env.FUZZ_SECONDS ?? 0)
export const SLOW_SECONDS = 15
/** Where each thing notes what was tried. */
export const fuzzNotes = process.env.FUZZ_NOTES
