// Any ticket can be put aside as spam, and comes back as if nothing had been.
import { describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { note, open, read, update } from '../tickets/deeds.ts'
import { byApi, mutate } from '../tickets/doors.ts'
import { world } from '../world.ts'

const here = await world()
const { as, sql, mailsTo, settled, mailbox } = here
const [ann, dana] = [as('ann'), as('dana')]
const codeOf = async (mutation: string, number: number, by = dana) => {
  const { data, code } = await mutate(by, mutation, { number })
  return code ?? data.payload.userErrors[0]?.code ?? null
}

describe('§4.5: spam', () => {
  test('a ticket of the queue goes to the list of spam and comes back; its customer sees no difference', async () => {
    const number = await open(ann, 'Buy my platypus')
    const before = await read(ann, number)
    await settled()
    mailbox.forget()
    const page = await dana.visit(`/agent/tickets/${number}`)
    const marked = await page.form('Mark as spam').submit()
    expect(marked.main).toContain('Marked as spam')
    expect(marked.hasButton('Send answer')).toBe(false)
    for (const path of ['/agent', '/agent?tab=all', '/agent/held', '/agent?q=platypus'])
      expect((await dana.visit(path)).main, path).not.toContain('Buy my platypus')
    const list = await dana.visit('/agent/held?tab=spam')
    expect(list.main).toContain('Buy my platypus')
    expect(await read(ann, number)).toEqual(before)
    expect((await ann.visit('/tickets')).main).toContain('Buy my platypus')
    expect((await ann.visit(`/tickets/${number}`)).main).not.toMatch(/spam/i)

    await byApi.comment(ann, number, { message: 'Still buying?' })
    for (const address of Object.values(people).map(({ email }) => email)) expect(await mailsTo(address)).toEqual([])
    await (await dana.visit(`/agent/tickets/${number}`)).form(/^Release/).submit()
    expect((await dana.visit('/agent?tab=all')).main).toContain('Buy my platypus')
    expect(await mailsTo(people.dirk.email)).toEqual([]) // it is not new
    expect((await read(dana, number)).events.nodes.map(({ type }: { type: string }) => type)).toEqual([
      'CREATED',
      'SPAM',
      'MESSAGE',
      'RELEASED',
    ])
  })

  test('what goes on from a closed spam ticket is spam too', async () => {
    const number = await open(ann, 'Closed numbat')
    await update(dana, number, { status: 'CLOSED' })
    await codeOf('markAsSpam', number)
    await settled()
    mailbox.forget()
    const { number: next } = await byApi.comment(ann, number, { message: 'Numbat again.' })
    expect((await sql('select hold from ticket where number = $1', [next]))[0]?.hold).toBe('SPAM')
    expect(await mailsTo(people.dana.email)).toEqual([])
  })

  test('§3: agents and admins; once is enough; not what was put into another', async () => {
    const number = await open(ann, 'Whose word')
    await note(dana, number, 'Is it?')
    for (const name of ['sam', 'ann'] as const) expect(await codeOf('markAsSpam', number, as(name))).toBe('FORBIDDEN')
    expect((await as('sam').visit(`/agent/tickets/${number}`)).hasButton('Mark as spam')).toBe(false)
    for (const _ of [1, 2]) expect(await codeOf('markAsSpam', number)).toBeNull()
    const { events } = await read(dana, number)
    expect(events.nodes.filter(({ type }: { type: string }) => type === 'SPAM')).toHaveLength(1)
    expect(await codeOf('releaseRequest', number)).toBeNull()
    const other = await open(ann, 'The other')
    await mutate(dana, 'mergeTickets', { number, into: other })
    expect(await codeOf('markAsSpam', number)).toBe('NOT_FOUND')
    // Nothing leaves the queue by being put into what is not there.
    const queued = await open(ann, 'In the queue')
    const aside = await open(ann, 'Set aside')
    await codeOf('markAsSpam', aside)
    const into = await mutate(dana, 'mergeTickets', { number: queued, into: aside })
    expect(into.data.payload.userErrors[0]?.code).toBe('UNKNOWN_TICKET')
    const { data } = await ann.graphql(`{ ticket(number: ${other}) { mayMarkSpam isHeld heldBecause } }`)
    expect(data.ticket).toEqual({ mayMarkSpam: false, isHeld: false, heldBecause: null })
  })
})
