// The short form of `npm run faults`: the quickest faults once each, on three web processes and two workers.
import { expect, test } from 'vitest'
import { breakThings } from './faults.ts'

const only = ['web', 'worker', 'postgres', 'read-only', 'disk', 'smtp-dropping']
const [rounds, seed] = [1, 6]

test('issue 6 Faults, Scale: whatever is broken under several processes, nothing acknowledged is lost or doubled, and all goes on by itself', {
  timeout: 300_000,
}, async () => {
  const results = await breakThings({ rounds, seed, only })
  expect(results.map(({ fault }) => fault)).toEqual(only)
  for (const { fault, acknowledged, lost, doubled, wrong } of results) {
    expect({ fault, lost, doubled, wrong }).toEqual({ fault, lost: [], doubled: [], wrong: [] })
    expect(acknowledged, fault).toBeGreaterThan(0)
  }
})
