import { expect, test } from 'vitest'
import { crash } from './crash.ts'

test('V9 H1 H2: whatever was acknowledged survives kill -9, once, and its mail arrives', {
  timeout: 300_000,
}, async () => {
  const seed = Date.now() % 1_000_000
  const { lost, doubled, wrong, posts } = await crash({ rounds: 4, seed })
  expect({ lost, doubled, wrong }, `npm run faults -- --only start --rounds 4 --seed ${seed}`).toEqual({
    lost: [],
    doubled: [],
    wrong: [],
  })
  expect(posts).toBeGreaterThan(0)
})
