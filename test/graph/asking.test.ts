// What connections keep of the statements by which things are read for showing.
import { afterAll, expect, test } from 'vitest'
import { openOrm } from '../../src/database/orm.ts'
import { ask, MOST_PLANS } from '../../src/graph/ask.ts'
import { world } from '../world.ts'

const { plaindesk } = await world()
const orm = await openOrm(plaindesk.config.databaseUrl ?? '', plaindesk.log, { name: 'asking', connections: 1 })
afterAll(() => orm.close())

test('issue 6, Speed: programs ask for pages of any size, together and alone, and no connection keeps a plan of each', async () => {
  const em = orm.em.fork()
  const page = (size: number) => ask<{ size: number }>(em, `select ?::int as size limit ${size}`, [size], true)
  for (let size = 1; size <= MOST_PLANS.single + 20; size++) expect(await page(size)).toEqual([{ size }])
  for (let size = 1; size <= MOST_PLANS.combined + 20; size++)
    expect(await Promise.all([page(size), page(size + 1)])).toEqual([[{ size }], [{ size: size + 1 }]])
  const [kept] = await em.execute<{ count: number }[]>('select count(*)::int as count from pg_prepared_statements')
  expect(kept?.count).toBe(MOST_PLANS.single + MOST_PLANS.combined)
})
