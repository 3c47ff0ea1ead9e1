// Two tickets about one thing become one, and two again.
import { describe, expect, test } from 'vitest'
import { post } from '../inbox/post.ts'
import { people } from '../kit/cast.ts'
import { answer, open, texts, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const here = await world({ UNDO_SECONDS: '60' })
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
    // What she wrote since goes along: she does not read the other ticket any more.
    expect(await texts(ann, second)).toEqual(['Mine is broken too, ocelot.', 'By the old number.', 'By the API.'])
    expect(await texts(bo, first)).toEqual(['The first message.'])
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

  test('a question that waits for an answer waits on, whatever was answered where it comes to', async () => {
    const answered = await open(bo, 'Answered')
    const asked = await open(ann, 'Asked before the answer')
    await answer(dana, answered, 'Done with it.', 'DONE')
    const waits = async (number: number) =>
      (await dana.graphql(`{ ticket(number: ${number}) { status unansweredSince } }`)).data.ticket
    const before = await waits(answered)
    const { unansweredSince } = await waits(asked)
    await merge(asked, answered)
    expect(await waits(answered)).toEqual({ status: 'OPEN', unansweredSince })
    await part(asked)
    expect(await waits(answered)).toEqual(before)
    expect(await waits(asked)).toEqual({ status: 'NEW', unansweredSince })
  })

  test('an answer that waits in the outbox is sent all the same', async () => {
    const one = await open(bo, 'Answered just now')
    const two = await open(bo, 'The same thing')
    await answer(dana, one, 'Sent after merging: kestrel.')
    await merge(one, two)
    await sql(`update graphile_worker._private_jobs set run_at = now() where run_at > now() + interval '1 second'
      and task_id = (select id from graphile_worker._private_tasks where identifier = 'send-mail')`)
    expect((await mailTo(people.bo.email, /kestrel/)).subject).toContain(`[#${two}]`)
  })
})
