// Tickets that belong together by the word of the team.
import { describe, expect, test } from 'vitest'
import { open, read, update } from '../tickets/deeds.ts'
import { mutate } from '../tickets/doors.ts'
import { world } from '../world.ts'

const { as } = await world()
const [ann, bo, dana] = [as('ann'), as('bo'), as('dana')]
const codes = async (mutation: string, input: object, by = dana) => {
  const { data, code } = await mutate(by, mutation, input)
  return code ?? data.payload.userErrors.map((each: { code: string; field: string }) => `${each.code} ${each.field}`)
}
const links = async (number: number, by = dana) =>
  (await by.graphql(`{ ticket(number: ${number}) { links { number subject status } } }`)).data.ticket.links

describe('§4.5: linked tickets', () => {
  test('two tickets are linked on the page of the one and stand on both, with their status, until that is taken back', async () => {
    const one = await open(ann, 'The printer smokes')
    const two = await open(bo, 'No paper comes')
    await update(dana, two, { status: 'DONE' })
    const page = await dana.visit(`/agent/tickets/${one}`)
    const linked = await page
      .form('Link')
      .fill({ to: String(two) })
      .submit()
    expect(linked.main).toContain('No paper comes')
    expect(await links(one)).toEqual([{ number: two, subject: 'No paper comes', status: 'DONE' }])
    expect(await links(two)).toEqual([{ number: one, subject: 'The printer smokes', status: 'NEW' }])
    const other = await dana.visit(`/agent/tickets/${two}`)
    expect(other.main).toContain('The printer smokes')
    for (const number of [one, two])
      expect((await read(dana, number)).events.nodes.at(-1)).toMatchObject({
        type: 'LINKED',
        from: `#${one}`,
        to: `#${two}`,
        actor: { name: 'Dana Dietz' },
      })
    await other.form(`Unlink #${one}`).submit()
    expect([await links(one), await links(two)]).toEqual([[], []])
    expect((await read(dana, one)).events.nodes.at(-1)).toMatchObject({ type: 'UNLINKED' })
  })

  test('§3 §8: customers never learn of it, and their list does not move', async () => {
    const one = await open(ann, 'Secretly linked')
    const two = await open(ann, 'To this one')
    const before = (await read(ann, one)).updatedAt
    await codes('linkTickets', { number: one, to: two })
    expect(await links(one, ann)).toEqual([])
    const { events, updatedAt } = await read(ann, one)
    expect(events.nodes.map(({ type }: { type: string }) => type)).not.toContain('LINKED')
    expect(updatedAt).toBe(before)
    expect((await ann.visit(`/tickets/${one}`)).main).not.toContain('To this one')
    expect(await codes('linkTickets', { number: one, to: two }, ann)).toBe('FORBIDDEN')
    expect(await codes('unlinkTickets', { number: one, from: two }, as('sam'))).toBe('FORBIDDEN')
    expect(await links(one, as('sam'))).toHaveLength(1)
  })

  test('neither with itself nor with an unknown one, whichever number is lower; twice is once', async () => {
    const one = await open(ann, 'One')
    const two = await open(ann, 'Two')
    expect(await codes('linkTickets', { number: one, to: one })).toEqual(['SAME_TICKET to'])
    for (const nowhere of [1, 99_999])
      expect(await codes('linkTickets', { number: one, to: nowhere })).toEqual(['UNKNOWN_TICKET to'])
    for (const [number, to] of [
      [one, two],
      [two, one],
    ])
      expect(await codes('linkTickets', { number, to })).toEqual([])
    expect(await links(one)).toHaveLength(1)
    for (const _ of [1, 2]) expect(await codes('unlinkTickets', { number: two, from: one })).toEqual([])
    const page = await dana.visit(`/agent/tickets/${one}`)
    const again = await page.form('Link').fill({ to: '99999' }).submit()
    expect(again.status).toBe(422)
    expect(again.errors).toEqual(['There is no ticket with this number.'])
  })

  test('§8: a list of tickets tells the links of each', async () => {
    const one = await open(ann, 'Quokka one')
    const two = await open(ann, 'Quokka two')
    await codes('linkTickets', { number: two, to: one })
    const { data } = await dana.graphql(
      '{ tickets(filter: { search: "quokka" }) { nodes { number links { number } } } }',
    )
    const found = Object.fromEntries(
      data.tickets.nodes.map(({ number, links: some }: { number: number; links: object[] }) => [number, some]),
    )
    expect(found).toEqual({ [one]: [{ number: two }], [two]: [{ number: one }] })
  })
})
