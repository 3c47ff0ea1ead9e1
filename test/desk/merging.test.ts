// Two tickets about one thing become one, and two again.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { post } from '../inbox/post.ts'
import { people } from '../kit/cast.ts'
import { answer, note, open, read, texts, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const here = await world()
const { as, mailTo, sql } = here
const mail = await post(here)
const bo = as('bo')
const ann = as('ann')
const dana = as('dana')

const change = async (mutation: 'mergeTickets' | 'unmergeTicket', input: object) => {
  const type = mutation === 'mergeTickets' ? 'MergeTicketsInput' : 'UnmergeTicketInput'
  const { data, code } = await dana.graphql(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ticket { number } userErrors { code } } }`,
    { input },
  )
  return code ?? data[mutation].userErrors[0]?.code ?? data[mutation].ticket.number
}
const merge = (number: number, into: number) => change('mergeTickets', { number, into })
const part = (number: number) => change('unmergeTicket', { number })

describe('§4.5: merging a duplicate', () => {
  test('from the ticket’s page: messages and people go along, replies to either number land right, and it is undone', async () => {
    const first = await open(bo, 'Printer')
    const second = await open(ann, 'Printer again', 'Mine is broken too, ocelot.')
    const receipt = await mailTo(people.ann.email, new RegExp(`#${second}`))
    const page = await dana.visit(`/agent/tickets/${second}`)
    const merged = await page
      .form('Put together')
      .fill({ into: String(first) })
      .submit()
    expect(merged.path).toBe(`/agent/tickets/${first}`)
    expect(merged.main).toContain('Mine is broken too')
    expect(merged.main).toContain(`#${second}`)

    const hers = await ann.visit(`/tickets/${second}`)
    expect(hers.path).toBe(`/tickets/${first}`)
    const { row } = await mail.reply(receipt, { from: people.ann.email, text: 'By the old number.' })
    expect(row).toMatchObject({ outcome: 'APPENDED', number: first })
    await ann.graphql(
      `mutation { commentOnTicket(input: { number: ${second}, message: "By the API." }) { ticket { number } } }`,
    )
    expect(await texts(bo, first)).toEqual([
      'The first message.',
      'Mine is broken too, ocelot.',
      'By the old number.',
      'By the API.',
    ])
    expect((await bo.visit('/tickets?q=ocelot')).main).toContain('Printer')

    const old = await dana.visit(`/agent/tickets/${second}`)
    expect(old.main).toContain(`part of #${first}`)
    const parted = await old.form('Part again').submit()
    expect(parted.path).toBe(`/agent/tickets/${second}`)
    expect(await texts(ann, second)).toEqual(['Mine is broken too, ocelot.'])
    expect(await texts(bo, first)).toEqual(['The first message.', 'By the old number.', 'By the API.'])
    expect((await ann.visit(`/tickets/${first}`)).status).toBe(404)
  })

  test('neither into itself, nor into a closed, merged or unknown one', async () => {
    const one = await open(bo, 'One')
    const two = await open(bo, 'Two')
    const three = await open(bo, 'Three')
    const closed = await open(bo, 'Closed')
    await update(dana, closed, { status: 'CLOSED' })
    expect(await merge(one, one)).toBe('UNKNOWN_TICKET')
    expect(await merge(one, 99_999)).toBe('UNKNOWN_TICKET')
    expect(await merge(one, closed)).toBe('TICKET_CLOSED')
    expect(await merge(one, two)).toBe(two)
    expect(await merge(one, three)).toBe('UNKNOWN_TICKET')
    expect(await merge(three, one)).toBe('UNKNOWN_TICKET')
    expect(await merge(two, three)).toBe('HAS_MERGED')
    expect(await part(two)).toBe('NOT_FOUND')
  })

  test('merging and parting are inverse, whatever the tickets hold', { timeout: 60_000 }, async () => {
    const state = async (number: number) => {
      const ticket = await read(dana, number)
      const { events: _, updatedAt: __, closedAt: ___, ...rest } = ticket
      const [row] = await sql(
        'select unanswered_since, last_message_at, tsvector_to_array(search_public) as words, tsvector_to_array(search_notes) as notes from ticket where number = $1',
        [number],
      )
      return { ...rest, row }
    }
    const words = fc.array(fc.constantFrom('comment', 'answer', 'note', 'done'), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(words, words, async (ofOne, ofTwo) => {
        const numbers = [await open(bo, 'Left'), await open(ann, 'Right')] as const
        for (const [at, said] of [ofOne, ofTwo].entries()) {
          const number = numbers[at === 0 ? 0 : 1]
          const customer = at === 0 ? bo : ann
          for (const word of said) {
            if (word === 'note') await note(dana, number, `A note ${word}.`)
            else if (word === 'answer') await answer(dana, number, 'An answer.')
            else if (word === 'done') await update(dana, number, { status: 'DONE' })
            else
              await customer.graphql(
                `mutation { commentOnTicket(input: { number: ${number}, message: "A comment." }) { ticket { number } } }`,
              )
          }
        }
        const before = [await state(numbers[0]), await state(numbers[1])]
        expect(await merge(numbers[0], numbers[1])).toBe(numbers[1])
        expect(await texts(dana, numbers[0])).toEqual([])
        expect(await part(numbers[0])).toBe(numbers[0])
        const after = [await state(numbers[0]), await state(numbers[1])]
        // A word of a customer opens the ticket it comes to; that stays, since nobody can say what it would be without.
        const same = (one: Record<string, unknown>, other: Record<string, unknown>) =>
          expect({ ...one, status: null, doneAt: null }).toEqual({ ...other, status: null, doneAt: null })
        same(after[0] ?? {}, before[0] ?? {})
        same(after[1] ?? {}, before[1] ?? {})
        expect(after[0]?.status).toBe(before[0]?.status)
      }),
      { numRuns: 8 },
    )
  })
})
