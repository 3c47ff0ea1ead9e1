// npm run crash -- --rounds 100 --seed 7
import { parseArgs } from 'node:util'
import { crash } from './crash.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Date.now() % 1_000_000)
console.log(`seed ${seed}`)
const { faults, ...counts } = await crash({ rounds: Number(values.rounds), seed, say: line => console.log(line) })
console.log(JSON.stringify(counts))
for (const fault of faults) console.log(fault)
console.log(
  faults.length === 0
    ? 'Every acknowledged post is there once, and its mail arrived.'
    : `${faults.length} faults with seed ${seed}`,
)
process.exitCode = faults.length === 0 ? 0 : 1
