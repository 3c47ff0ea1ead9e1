// Two things that are spoken of in one ticket become two tickets, and one again.
import { describe, expect, test } from 'vitest'
import { post } from '../inbox/post.ts'
import { people } from '../kit/cast.ts'
import { answer, note, open, read, texts, update } from '../tickets/deeds.ts'
import { byApi, mutate } from '../tickets/doors.ts'
import { world } from '../world.ts'

const here = await world({ UNDO_SECONDS: '0' })
const { as, mailTo, sql } = here
const mail = await post(here)
const [ann, bo, dana] = [as('ann'), as('bo'), as('dana')]
const say = (browser: typeof ann, number: number, message: string) => byApi.comment(browser, number, { message })
const idsOf = async (number: number): Promise<string[]> => {
  const { data } = await dana.graphql(`{ ticket(number: ${number}) { messages(first: 100) { nodes { id } } } }`)
  return data.ticket.messages.nodes.map(({ id }: { id: string }) => id)
}
const change = async (mutation: string, input: object, by = dana) => {
  const { data, code } = await mutate(by, mutation, input)
  const [error] = data?.payload?.userErrors ?? []
  return code ?? (error ? `${error.code} ${error.field}` : data.payload.ticket.number)
}
const split = async (number: number, which: number[], subject?: string) => {
  const ids = await idsOf(number)
  return change('splitTicket', { number, messages: which.map(at => ids[at]), subject })
}

describe('§4.5: splitting', () => {
  test('from the ticket’s page: messages and files become a linked ticket, both tell of it, and it is put back', async () => {
    const number = await open(ann, 'Two things', 'The printer smokes.')
    await byApi.comment(ann, number, {
      message: 'And the invoice is wrong: wombat.',
      files: [{ filename: 'invoice.txt', content: '42' }],
    })
    await note(dana, number, 'The invoice is for sales.')
    const ids = await idsOf(number)
    const page = await dana.visit(`/agent/tickets/${number}`)
    const form = page.form('Make a new ticket')
    const done = await form.fill({ messages: ids.slice(1), subject: 'Wrong invoice' }).submit()
    const next = Number(/\d+$/.exec(done.path)?.[0])
    expect(done.main).toContain('This is the new ticket.')
    expect(next).toBeGreaterThan(number)
    expect(await texts(dana, next)).toEqual(['And the invoice is wrong: wombat.', 'The invoice is for sales.'])
    expect(await texts(ann, next)).toEqual(['And the invoice is wrong: wombat.'])
    expect(await texts(ann, number)).toEqual(['The printer smokes.'])
    expect(await read(ann, next)).toMatchObject({ subject: 'Wrong invoice', status: 'NEW' })
    const hers = await ann.visit(`/tickets/${next}`)
    expect((await hers.follow('invoice.txt')).html).toBe('42')
    expect((await ann.visit('/tickets?q=wombat')).main).toContain('Wrong invoice')
    expect((await ann.visit('/tickets?q=wombat')).main).not.toContain('Two things')
    expect(hers.main).not.toContain('Two things') // customers see no links of the team
    for (const each of [number, next])
      expect(
        (await read(dana, each)).events.nodes.find(({ type }: { type: string }) => type === 'SPLIT'),
      ).toMatchObject({ from: `#${number}`, to: `#${next}` })
    expect((await dana.visit(`/agent/tickets/${number}`)).main).toContain('Wrong invoice')

    await say(ann, next, 'Sent to the new number.')
    const back = await (await dana.visit(`/agent/tickets/${next}`)).form('Put back').submit()
    expect(back.path).toBe(`/agent/tickets/${number}`)
    expect(await texts(ann, number)).toEqual([
      'The printer smokes.',
      'And the invoice is wrong: wombat.',
      'Sent to the new number.',
    ])
    expect((await ann.visit(`/tickets/${next}`)).path).toBe(`/tickets/${number}`)
    const husk = await dana.visit(`/agent/tickets/${next}`)
    expect(husk.main).toContain(`part of #${number}`)
    expect(husk.hasButton('Put back')).toBe(false)
    await husk.form('Part again').submit()
    expect(await texts(ann, number)).toEqual(['The printer smokes.'])
    expect(await texts(ann, next)).toHaveLength(2)
  })

  test('H15: replies by mail land where the message is now, by either number and by the signed reference', async () => {
    const number = await open(ann, 'Asked by mail')
    await say(ann, number, 'Something else, too.')
    const split1 = await split(number, [1], 'Something else')
    await answer(dana, split1, 'About the other thing: heron.')
    const first = await mailTo(people.ann.email, /heron/)
    const reply = async (to: typeof first, text: string) =>
      (await mail.reply(to, { from: people.ann.email, text })).row.number
    expect(await reply(first, 'To the new one.')).toBe(split1)

    await answer(dana, number, 'Two at once: bittern.')
    const told = await mailTo(people.ann.email, /bittern/)
    await say(ann, number, 'A third thing.')
    const third = await split(number, [1, 2], 'The third') // the answer and what came after it
    expect(await reply(told, 'By the reference of a message that was split off.')).toBe(third)
    const bySubject = await mail.send({ from: people.ann.email, subject: `Re: [#${number}]`, text: 'By number.' })
    expect(bySubject.row.number).toBe(number)

    expect(await change('unsplitTicket', { number: third })).toBe(number)
    expect(await reply(told, 'After it was put back.')).toBe(number)
    const byOldNumber = await mail.send({ from: people.ann.email, subject: `[#${third}]`, text: 'By its number.' })
    expect(byOldNumber.row).toMatchObject({ outcome: 'APPENDED', number })

    const [, moved] = await idsOf(split1)
    const to = await open(ann, 'Where it belongs')
    await change('moveMessage', { message: moved, number: to })
    expect(await reply(first, 'The answer was moved.')).toBe(to)
  })

  test('§3: whoever is told of a message that went where they take no part still answers the ticket they know', async () => {
    const number = await open(ann, 'Between two')
    await change('addParticipant', { number, address: people.bo.email })
    await say(bo, number, 'This is only mine.')
    await answer(dana, number, 'For Bo alone: crane.')
    const toAnn = await mailTo(people.ann.email, /crane/)
    const hisOwn = await split(number, [1, 2])
    expect(await read(bo, hisOwn)).toMatchObject({
      requester: { name: 'Bo Berg' },
      participants: [],
      status: 'WAITING',
    })
    expect((await ann.visit(`/tickets/${hisOwn}`)).status).toBe(404)
    const { row } = await mail.reply(toAnn, { from: people.ann.email, text: 'What about me?' })
    expect(row).toMatchObject({ outcome: 'APPENDED', number })
    const { row: his } = await mail.reply(await mailTo(people.bo.email, /crane/), {
      from: people.bo.email,
      text: 'Thanks.',
    })
    expect(his).toMatchObject({ outcome: 'APPENDED', number: hisOwn })
  })

  test('neither all that the customer reads, nor notes alone, nor messages of another ticket', async () => {
    const number = await open(ann, 'Not everything')
    await say(ann, number, 'More.')
    await note(dana, number, 'A note.')
    expect(await split(number, [])).toBe('REQUIRED messages')
    expect(await split(number, [0, 1])).toBe('ONLY_MESSAGE messages')
    expect(await split(number, [2])).toBe('ONLY_NOTES messages')
    const other = await open(ann, 'Another')
    const ids = [...(await idsOf(number)).slice(1), ...(await idsOf(other))]
    expect(await change('splitTicket', { number, messages: ids })).toBe('UNKNOWN_MESSAGE messages')
    const page = await dana.visit(`/agent/tickets/${number}`)
    const again = await page.form('Make a new ticket').fill({ subject: 'Kept' }).submit()
    expect(again.status).toBe(422)
    expect(again.form('Make a new ticket').value('subject')).toBe('Kept')
    expect(await texts(dana, number)).toHaveLength(3)
  })

  test('a question whose answer went is open again, and answered again when that is put back', async () => {
    const number = await open(ann, 'Answered with the wrong words')
    await answer(dana, number, 'Meant for something else.')
    const next = await split(number, [1])
    const standing = async (each: number) =>
      (await dana.graphql(`{ ticket(number: ${each}) { status unansweredSince } }`)).data.ticket
    expect(await standing(number)).toEqual({ status: 'OPEN', unansweredSince: expect.any(String) })
    expect(await standing(next)).toEqual({ status: 'WAITING', unansweredSince: null })
    await change('unsplitTicket', { number: next })
    expect(await standing(number)).toEqual({ status: 'WAITING', unansweredSince: null })
  })

  test('what was moved on since stays there; a ticket that others were put into is not put back', async () => {
    const number = await open(ann, 'Moved on')
    for (const word of ['one', 'two']) await say(ann, number, word)
    const next = await split(number, [1, 2])
    const [one] = await idsOf(next)
    const third = await open(ann, 'Further')
    await change('moveMessage', { message: one, number: third })
    const merged = await open(ann, 'Put into it')
    await change('mergeTickets', { number: merged, into: next })
    expect(await change('unsplitTicket', { number: next })).toBe('HAS_MERGED into')
    await change('unmergeTicket', { number: merged })
    expect(await change('unsplitTicket', { number: next })).toBe(number)
    expect(await texts(ann, number)).toEqual(['The first message.', 'two'])
    expect(await texts(ann, third)).toEqual(['one', 'The first message.']) // in the order of writing
    expect(await change('unsplitTicket', { number: next })).toBe('NOT_FOUND')
  })

  test('two agents move one message at the same moment: it is on one ticket, and the other stands as before', async () => {
    const places = [await open(ann, 'Here'), await open(ann, 'There')]
    const number = await open(ann, 'Pulled apart')
    await say(ann, number, 'Where to?')
    await say(ann, number, 'This stays.')
    const [, message] = await idsOf(number)
    const dirk = as('dirk')
    await dirk.ready()
    const [here, there] = places
    const moves = [
      change('moveMessage', { message, number: here }),
      change('moveMessage', { message, number: there }, dirk),
    ]
    await Promise.all(moves)
    const found = await Promise.all([number, ...places].map(each => texts(dana, each)))
    expect(found.flat().filter(text => text === 'Where to?')).toHaveLength(1)
    const wrong = await sql(
      `select number from ticket t where number = any($1) and last_message_at <> (select max(created_at) from message where ticket_id = t.id)`,
      [places],
    )
    expect(wrong).toEqual([])
  })

  test('what stands between: a closed ticket is not written to by putting back', async () => {
    const number = await open(ann, 'Closed since')
    await say(ann, number, 'More.')
    const next = await split(number, [1])
    await update(dana, number, { status: 'CLOSED' })
    const page = await (await dana.visit(`/agent/tickets/${next}`)).form('Put back').submit()
    expect(page.status).toBe(422)
    expect(await texts(ann, next)).toEqual(['More.'])
  })

  test('§3: only agents and admins; customers do not learn where a ticket came from', async () => {
    const number = await open(ann, 'Whose right')
    await say(ann, number, 'More.')
    const [, second] = await idsOf(number)
    for (const asker of ['ann', 'sam'] as const)
      expect(await change('splitTicket', { number, messages: [second] }, as(asker))).toBe('FORBIDDEN')
    const next = await split(number, [1])
    for (const asker of ['ann', 'sam'] as const)
      expect(await change('unsplitTicket', { number: next }, as(asker))).toBe('FORBIDDEN')
    const { data } = await ann.graphql(`{ ticket(number: ${next}) { splitFrom { number } links { number } } }`)
    expect(data.ticket).toEqual({ splitFrom: null, links: [] })
    const page = await as('sam').visit(`/agent/tickets/${next}`)
    expect(page.hasButton('Put back') || page.hasButton('Make a new ticket')).toBe(false)
    expect(await sql('select 1 from ticket_split where split_by_id is null')).toEqual([])
  })
})
