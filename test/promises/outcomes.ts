// What came of the tests: their titles, whether they passed, and the figures that they said.
import type { Reporter, TestModule } from 'vitest/node'
import type {} from './figure.ts'
import type { Figure } from './promise.ts'

export interface Outcome {
  /** The file under test/, without its ending. */
  file: string
  title: string
  state: 'passed' | 'failed' | 'skipped' | 'pending'
  figures: readonly (Figure & { name: string })[]
}

export class Outcomes implements Reporter {
  readonly all: Outcome[] = []

  onTestModuleEnd(module: TestModule): void {
    const file = module.moduleId.replaceAll('\\', '/').replace(/^.*\/test\/(.*)\.test\.ts$/, '$1')
    const tests = [...module.children.allTests()].map(test => ({
      file,
      title: test.fullName,
      state: test.result().state,
      figures: test.meta().figures ?? [],
    }))
    // A file that fell over before its tests began has failed all of them.
    const fallen = module
      .errors()
      .map(({ message }) => ({ file, title: message, state: 'failed' as const, figures: [] }))
    this.all.push(...tests, ...fallen)
  }
}
