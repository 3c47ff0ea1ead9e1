// The short form of `npm run bench`: that everything in it works. So short a time says nothing of how fast anything is.
import { request } from 'undici'
import { afterAll, expect, test } from 'vitest'
import { floorHead, floorLine, recorded } from './against-floor.ts'
import { growthHead, growthLine, growthOf } from './growth.ts'
import { send } from './measure.ts'
import { pages } from './pages.ts'
import { openPortal } from './portal.ts'
import { startFloor } from './processes.ts'
import { statementsDuring } from './statements.ts'

const turns = { seconds: 1, rounds: 1, connections: 2 }
const stack = new AsyncDisposableStack()
afterAll(() => stack.disposeAsync())

const everybody = await openPortal(stack, { tickets: 400, keep: false })
const floor = await startFloor(everybody.ground.url)
stack.defer(() => floor.stop())
const { customers, ...others } = everybody.visitors
const portal = { ...everybody, visitors: { ...others, customers: customers.slice(0, 4) } }

test.each(Object.entries(pages))(
  'issue 6 Speed: “%s” is answered by the portal in few statements, and by its floor',
  async (_name, page) => {
    const { client, ground, product, visitors } = portal
    const [ask] = await page.asks(visitors)
    if (!ask) throw new Error('nobody asks for it')
    const statements = await statementsDuring(client, ground.log, () => send(product.url, ask))
    expect(statements.length).toBeLessThanOrEqual(page.most)
    await floor.learn(await recorded(page, product, [ask]))
    const { method, path, headers } = ask
    const answer = await request(floor.url + path, { method, headers })
    await answer.body.dump()
    expect(answer.statusCode).toBe(ask.status)
  },
)

test('issue 6 Speed: pages and posts are measured turn by turn with their floor', async () => {
  for (const page of [pages.list, pages.comment]) {
    if (!page) throw new Error('it is not measured')
    const line = await floorLine(page, portal, floor, 1, turns)
    expect(line).toHaveLength(floorHead.length)
    expect(line).not.toContain('NaN')
  }
})

test('issue 6 Speed: what a page costs on two archives is measured turn by turn', async () => {
  const { list } = pages
  if (!list) throw new Error('it is not measured')
  const line = growthLine(list, await growthOf(list, portal, portal, turns))
  expect(line).toHaveLength(growthHead([1, 2]).length)
  expect(line).not.toContain('NaN')
})
