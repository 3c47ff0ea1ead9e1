// npm run bench -- --tickets 50000 --seconds 5 --rounds 3 --connections 16 --pages list,ticket,… --keep --flame folder
//   measures each page against its floor
// npm run bench -- --growth 50000,1000000 --keep …
//   measures each page on a small archive and on a large one; exit code 1 where one grows more than it may
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { floorHead, floorLine } from './against-floor.ts'
import { recordable, writeFlame } from './flame/flame.ts'
import type { Ground } from './ground.ts'
import { growthHead, growthLine, growthOf } from './growth.ts'
import { keepGrowth } from './kept.ts'
import { measure, send } from './measure.ts'
import type { BenchPage } from './page.ts'
import { pages } from './pages.ts'
import { openPortal, type Portal } from './portal.ts'
import { startFloor } from './processes.ts'
import { statementsDuring } from './statements.ts'

const { values: options } = parseArgs({
  options: {
    tickets: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    pages: { type: 'string', default: Object.keys(pages).join() },
    keep: { type: 'boolean', default: false },
    /** Prints each page's statements. */
    statements: { type: 'boolean', default: false },
    /** Writes a flame graph of each page into this folder, and prints where the time went. */
    flame: { type: 'string' },
    /** Two numbers of tickets. */
    growth: { type: 'string' },
  },
})
const { keep, flame } = options
const turns = {
  seconds: Number(options.seconds),
  rounds: Number(options.rounds),
  connections: Number(options.connections),
}
const chosen = options.pages.split(',').map(name => [name, pages[name] ?? unknown(name)] as const)

await using stack = new AsyncDisposableStack()
await (options.growth ? grow(options.growth.split(',').map(Number)) : compare(Number(options.tickets)))

async function compare(tickets: number): Promise<void> {
  const portal = await openPortal(stack, {
    tickets,
    keep,
    start: ground => (flame ? recordable(answersIn(ground)) : {}),
  })
  const floor = await startFloor(portal.ground.url)
  stack.defer(() => floor.stop())
  console.log(floorHead)
  for (const [name, page] of chosen) {
    const statements = await statementsOf(page, portal)
    if (options.statements) console.log(statements.map(each => `  ${each}`).join('\n'))
    console.log(await floorLine(page, portal, floor, statements.length, turns))
    if (flame) console.log(await flameOf(name, page, portal, flame))
  }
}

async function grow(tickets: readonly number[]): Promise<void> {
  const [small = 0, large = 0] = tickets
  const portals = [
    await openPortal(stack, { tickets: small, keep }),
    await openPortal(stack, { tickets: large, keep }),
  ] as const
  console.log(growthHead(tickets))
  for (const [, page] of chosen) {
    const growth = await growthOf(page, ...portals, turns)
    console.log(growthLine(page, growth))
    keepGrowth(page, tickets, growth.ratio)
    if (!growth.isHeld) process.exitCode = 1
  }
}

async function statementsOf(page: BenchPage, { client, ground, product, visitors }: Portal): Promise<string[]> {
  const [ask] = await page.asks(visitors)
  if (!ask) throw new Error(`Nobody to ask for ${page.name}`)
  return statementsDuring(client, ground.log, () => send(product.url, ask))
}

/** Recorded by itself, so that no figure pays for it. */
async function flameOf(
  name: string,
  page: BenchPage,
  { product, visitors, ground }: Portal,
  folder: string,
): Promise<string> {
  const asks = await page.asks(visitors)
  return writeFlame(product, { answers: answersIn(ground), folder, name }, () => measure(product.url, asks, turns))
}

function answersIn({ dataDir }: Pick<Ground, 'dataDir'>): string {
  const folder = join(dataDir, 'answers')
  mkdirSync(folder, { recursive: true })
  return folder
}

function unknown(name: string): never {
  console.error(`There is no page "${name}"; there are ${Object.keys(pages).join(', ')}.`)
  process.exit(1)
}
