// npm run fuzz -- --runs 50 --seed 7
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '50' }, seed: { type: 'string' } } })
process.env.FUZZ_RUNS = values.runs
process.env.FUZZ_SEED = values.seed ?? String(Date.now() % 1_000_000)
console.log(`seed ${process.env.FUZZ_SEED}, each thing ${process.env.FUZZ_RUNS} times`)
const vitest = await startVitest('test', ['test/fuzz/'], { run: true, testTimeout: 24 * 3_600_000, watch: false })
await vitest?.close()
