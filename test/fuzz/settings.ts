/** Set by main.ts for the long form. */
export const fuzzRuns = Number(process.env.FUZZ_RUNS ?? 2)
export const fuzzSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)
