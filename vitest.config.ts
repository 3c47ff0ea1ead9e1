import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/kit/longest-first.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // TypeScript's own decorators of old, with decorators on parameters, as type-graphql and MikroORM take them.
  oxc: { decorator: { legacy: true } },
  // Packages load graphql as CommonJS, the sources would get its second, ESM copy: "schema from another realm".
  resolve: { alias: [{ find: /^graphql$/, replacement: here('node_modules/graphql/index.js') }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/kit/global-setup.ts'],
    // One more than a small machine has cores: tests wait a third of their time, for processes, timers and the database.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Each file has a world of its own; the modules it is made of need not be loaded anew for it.
    isolate: false,
    // Nobody waits so long but on a machine that does something else besides.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
