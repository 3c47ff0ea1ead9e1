// `figure('statements of a customer’s page', 3, '/tickets')` in a test: the figure is within its budget, and is kept for
// `npm run promises`, which prints the worst.
import { expect, type RunnerTestCase, TestRunner } from 'vitest'
import { type MeasuredName, promises } from './list.ts'
import { type Budget, type Figure, isWithin } from './promise.ts'

declare module 'vitest' {
  interface TaskMeta {
    figures?: (Figure & { name: string })[]
  }
}

/** `found`: a number, or what was found and should not be there. `where`: what was measured. */
export function figure(name: MeasuredName, found: number | readonly string[], where = ''): void {
  const value = typeof found === 'number' ? found : found.length
  const { meta } = TestRunner.getCurrentTest<RunnerTestCase>()
  meta.figures = [...(meta.figures ?? []), { name, value, where }]
  const budget: Budget = promises[name] as Budget
  if (typeof found !== 'number' && budget.most === 0) expect(found, name).toEqual([])
  expect({ [name]: value, where }, `${name}: ${JSON.stringify(budget)}`).toSatisfy(() => isWithin(budget, value))
}
