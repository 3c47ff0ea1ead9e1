// A filter of the queue, saved under a name, for oneself or for the team.
import { describe, expect, test } from 'vitest'
import { open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as } = await world()
const bo = as('bo')
const dana = as('dana')
const dirk = as('dirk')

const urgent = await open(bo, 'Burning printer')
await update(dana, urgent, { priority: 'URGENT', tags: ['printer', 'fire'] })
const high = await open(bo, 'Smoking printer')
await update(dana, high, { priority: 'HIGH', tags: ['printer'] })
const closed = await open(bo, 'Old fire')
await update(dana, closed, { priority: 'URGENT', tags: ['fire'], status: 'CLOSED' })

describe('§4.5: the filter of the queue', () => {
  test('by status, priority, assignee, tag and words, and any of them together', async () => {
    const shows = async (query: string) => {
      const page = await dana.visit(`/agent?filter=1&${query}`)
      return ['Burning printer', 'Smoking printer', 'Old fire'].filter(subject => page.main.includes(subject))
    }
    expect(await shows('status=open&priority=URGENT')).toEqual(['Burning printer'])
    expect(await shows('priority=URGENT')).toEqual(['Burning printer', 'Old fire'])
    expect(await shows('status=done&tag=fire')).toEqual(['Old fire'])
    expect(await shows('tag=printer,fire')).toEqual(['Burning printer'])
    expect(await shows('words=smoking')).toEqual(['Smoking printer'])
    expect(await shows('status=open&assignee=me')).toEqual([])
    await update(dana, high, { assignee: (await dana.graphql('{ viewer { id } }')).data.viewer.id })
    expect(await shows('status=open&assignee=me')).toEqual(['Smoking printer'])
    expect(await shows('status=open&assignee=nobody')).toEqual(['Burning printer'])
    expect(await shows('assignee=somebody')).toEqual(['Smoking printer'])
    expect(await shows('priority=URGENT,HIGH&status=open')).toEqual(['Burning printer', 'Smoking printer'])
  })

  test('§8: customers cannot ask by priority', async () => {
    const { data } = await bo.graphql('{ tickets(filter: { priority: [URGENT] }) { totalCount } }')
    expect(data.tickets.totalCount).toBe(0)
  })
})

describe('§4.5: saved views', () => {
  test('stand beside the queue with their counts; one’s own are one’s own, shared ones everybody’s', async () => {
    // Beside the one of this test there is an urgent ticket of the cast.
    const page = await dana.visit('/agent?filter=1&status=open&priority=URGENT')
    const saved = await page.form('Save view').fill({ name: 'Urgent', isShared: 'true' }).submit()
    expect(saved.main).toContain('The view is saved.')
    expect(saved.title).toContain('Urgent')
    expect(saved.main).toContain('Burning printer')
    expect(saved.main).not.toContain('Smoking printer')
    const mine = await dana.visit('/agent?filter=1&tag=fire')
    await mine.form('Save view').fill({ name: 'All fires' }).submit()

    const hers = await dana.visit('/agent')
    expect(hers.texts('nav.views a')).toEqual(['All fires 2', 'Urgent 2', 'Filter'])
    const his = await dirk.visit('/agent')
    expect(his.texts('nav.views a')).toEqual(['Urgent 2', 'Filter'])
    const view = await his.follow(/^Urgent/)
    expect(view.main).toContain('Burning printer')
    expect(view.hasButton('Remove view')).toBe(false)
  })

  test('one of the same name is replaced; it is removed by its owner', async () => {
    const again = await dana.visit('/agent?filter=1&priority=HIGH')
    const saved = await again.form('Save view').fill({ name: 'Urgent' }).submit()
    expect(saved.main).toContain('Smoking printer')
    expect((await dirk.visit('/agent')).texts('nav.views a')).toEqual(['Filter'])
    const gone = await saved.form('Remove view').submit()
    expect(gone.texts('nav.views a')).toEqual(['All fires 2', 'Filter'])
  })

  test('a view needs a name', async () => {
    const page = await dana.visit('/agent?filter=1&priority=HIGH')
    const wrong = await page.form('Save view').submit()
    expect(wrong.status).toBe(422)
  })
})
