// Records what the web processes do while they are asked something, as a flame graph and a table.
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { join } from 'node:path'
import { ask } from '../asking.ts'
import { serving } from '../kernel.ts'
import type { Product } from '../processes.ts'
import { callTree, type HotFunction, hotFunctions } from './call-tree.ts'
import { flamePage } from './flame-page.ts'

/** So many functions are in the table. */
const MOST = 20

/** How the product has to be started for it; `folder` is where the processes answer. */
export const recordable = (folder: string) => ({
  flags: ['--import', join(import.meta.dirname, 'recorder.ts')],
  env: { ANSWERS: folder },
})

/** Writes `<folder>/<name>.html` of what the product did during `work`; answers the table of where the time went. */
export async function writeFlame(
  product: Product,
  { answers, folder, name }: { answers: string; folder: string; name: string },
  work: () => Promise<unknown>,
): Promise<string> {
  const profiles = await profilesDuring(product, answers, work)
  const table = tableOf(hotFunctions(profiles))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.html`), await flamePage(callTree(name, profiles), table))
  return table
}

async function profilesDuring(product: Product, answers: string, work: () => Promise<unknown>) {
  const webs = serving(product.pid)
  await Promise.all(webs.map(pid => ask<null>(pid, answers)))
  await work()
  return Promise.all(webs.map(pid => ask<Profiler.Profile>(pid, answers)))
}

function tableOf(functions: readonly HotFunction[]): string {
  const all = functions.reduce((sum, { self }) => sum + self, 0)
  const lines = functions.slice(0, MOST).map(({ name, self }) => {
    const share = ((100 * self) / all).toFixed(1)
    return `${(self / 1000).toFixed().padStart(8)} ms ${share.padStart(5)} %  ${name}`
  })
  return [`${(all / 1000).toFixed().padStart(8)} ms of work, of which the function itself:`, ...lines].join('\n')
}
