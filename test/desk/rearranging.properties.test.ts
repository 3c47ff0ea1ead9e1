// Whatever is put together, parted, split and put back: undone, it is as before; and no message is lost, doubled or shown
// to somebody else.
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { answer, note, open, read, texts, update } from '../tickets/deeds.ts'
import { byApi, mutate } from '../tickets/doors.ts'
import { world } from '../world.ts'

const { as, sql } = await world()
const dana = as('dana')
const customers = ['ann', 'bo', 'eve'] as const
type Customer = (typeof customers)[number]
const addresses = { ann: 'ann@acme.example', bo: 'bo@acme.example', eve: 'eve@globex.example' }

beforeEach(() => sql('delete from rate_limit'))

const change = async (mutation: string, input: object): Promise<string | number> => {
  const { data, code } = await mutate(dana, mutation, input)
  return code ?? data.payload.userErrors[0]?.code ?? data.payload.ticket.number
}

const word = fc.constantFrom('comment', 'file', 'WAITING', 'OPEN', 'DONE', 'note', 'CLOSED', 'tag')
const drawn = fc.record({
  requester: fc.constantFrom(...customers),
  participants: fc.subarray([...customers]),
  isPrivate: fc.boolean(),
  words: fc.array(word, { maxLength: 5 }),
})
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never

let written = 0
/** What is said in it, never twice the same. */
const text = () => `Word ${++written}.`

async function make({ requester, participants, isPrivate, words }: Drawn): Promise<number> {
  const { data } = await mutate(as(requester), 'createTicket', { subject: 'S', message: text(), private: isPrivate })
  const { number } = data.payload.ticket
  for (const name of participants) await change('addParticipant', { number, address: addresses[name] })
  for (const [at, each] of words.entries()) {
    const [speaker = requester] = at % 2 ? participants : []
    if (each === 'note') await note(dana, number, text())
    else if (each === 'CLOSED' || each === 'tag')
      await update(dana, number, each === 'tag' ? { tags: ['t'] } : { status: 'CLOSED' })
    else if (each === 'comment' || each === 'file') {
      // On a closed ticket it would open another.
      if ((await read(dana, number)).status === 'CLOSED') continue
      const files = each === 'file' ? [{ filename: `f${++written}.txt`, content: 'x' }] : []
      await byApi.comment(as(speaker), number, { message: text(), files })
    } else if ((await read(dana, number)).status !== 'CLOSED') await answer(dana, number, text(), each as 'OPEN')
  }
  return number
}

/** All that anybody can see of a ticket, but for its history and when it changed. */
async function seen(number: number): Promise<object> {
  const { events: _, updatedAt: __, ...team } = await read(dana, number)
  const query = `{ ticket(number: ${number}) { tags isPrivate priority unansweredSince firstResponseAt assignee { id } links { number } merged { number } splitFrom { number } messages(first: 100) { nodes { id } } } }`
  const { data } = await dana.graphql(query)
  const [words] = await sql(
    `select tsvector_to_array(search_public) as public, tsvector_to_array(search_notes) as notes, last_message_at, is_answered, queue_since
     from ticket where number = $1`,
    [number],
  )
  const theirs = []
  for (const name of customers) {
    const ticket = await read(as(name), number)
    const { events: ___, updatedAt: ____, ...rest } = ticket ?? {}
    theirs.push(ticket && rest)
  }
  return { team, more: data.ticket, words, theirs }
}

test('§4.5: merging and parting are inverse, whatever the tickets hold', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, drawn, async (one, other) => {
      await sql('delete from rate_limit')
      const [source, target] = [await make(one), await make(other)]
      const before = [await seen(source), await seen(target)]
      const merged = await change('mergeTickets', { number: source, into: target })
      if (merged === target) {
        expect(await texts(dana, source)).toEqual([])
        expect(await change('unmergeTicket', { number: source })).toBe(source)
      } else expect(merged).toBe('TICKET_CLOSED')
      expect([await seen(source), await seen(target)]).toEqual(before)
    }),
    { numRuns: 12 },
  )
}, 300_000)

test('§4.5: splitting and putting back are inverse, whatever the ticket holds', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), async (one, chosen) => {
      await sql('delete from rate_limit')
      const number = await make(one)
      const before = await seen(number)
      const { data } = await dana.graphql(`{ ticket(number: ${number}) { messages(first: 100) { nodes { id } } } }`)
      const messages = data.ticket.messages.nodes.map(({ id }: { id: string }) => id)
      const next = await change('splitTicket', {
        number,
        messages: messages.filter((_: string, at: number) => chosen[at]),
      })
      if (typeof next === 'number') {
        expect(await texts(dana, next)).toHaveLength(chosen.filter((is, at) => is && messages[at]).length)
        expect(await change('unsplitTicket', { number: next })).toBe(number)
        expect(await texts(dana, next)).toEqual([])
        const husk: object[] = [{ number: next }]
        expect((await dana.graphql(`{ ticket(number: ${number}) { merged { number } } }`)).data.ticket.merged).toEqual(
          husk,
        )
        await sql('update ticket set merged_into_id = null where number = $1', [next]) // else it is brought along for good
      } else expect(['REQUIRED', 'ONLY_MESSAGE', 'ONLY_NOTES']).toContain(next)
      expect(await seen(number)).toEqual(before)
    }),
    { numRuns: 12 },
  )
}, 300_000)

const deed = fc.record({
  what: fc.constantFrom('merge', 'part', 'split', 'unsplit', 'move', 'moveOut', 'comment', 'comment', 'answer'),
  at: fc.nat(20),
  to: fc.nat(20),
  message: fc.nat(20),
})
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never

/** One deed on the tickets of this run; what is refused changes nothing. */
async function act({ what, at, to, message }: Deed, tickets: number[], people: Customer[]): Promise<void> {
  const number = tickets[at % tickets.length] as number
  const other = tickets[to % tickets.length] as number
  const { data } = await dana.graphql(`{ ticket(number: ${number}) { messages(first: 100) { nodes { id } } } }`)
  const ids: string[] = data.ticket.messages.nodes.map(({ id }: { id: string }) => id)
  const some = ids.filter((_, index) => index % 3 === message % 3)
  const one = ids[message % Math.max(ids.length, 1)]
  const speaker = people[to % people.length] as Customer
  const made =
    what === 'merge'
      ? await change('mergeTickets', { number, into: other })
      : what === 'part'
        ? await change('unmergeTicket', { number })
        : what === 'split'
          ? await change('splitTicket', { number, messages: some })
          : what === 'unsplit'
            ? await change('unsplitTicket', { number })
            : what === 'answer'
              ? await change('commentOnTicket', { number, message: text() })
              : what === 'comment'
                ? (await byApi.comment(as(speaker), number, { message: text() })).number
                : one && (await change('moveMessage', { message: one, number: what === 'move' ? other : null }))
  if (typeof made === 'number' && !tickets.includes(made)) tickets.push(made)
}

interface Written {
  number: number
  text: string
  visibility: string
  author: string
  is_husk: boolean
  readers: string[]
}

test('§4.5 §3: whatever is done in whatever order, every message is there once, for the right people', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 14 }), async deeds => {
      await sql('delete from rate_limit')
      const first = written
      const tickets = [
        await open(as('ann'), 'A', text()),
        await open(as('bo'), 'B', text()),
        await open(as('eve'), 'C', text()),
      ]
      await change('addParticipant', { number: tickets[1], address: addresses.ann })
      await note(dana, tickets[0] as number, text())
      for (const each of deeds) await act(each, tickets, [...customers])

      const rows = await sql<Written & { [column: string]: unknown }>(
        `select t.number, m.text, m.visibility, p.email as author, t.merged_into_id is not null as is_husk, array(
           select r.email from person r where r.id = t.requester_id
           union select r.email from ticket_participant o join person r on r.id = o.user_id where o.ticket_id = t.id) as readers
         from message m join ticket t on t.id = m.ticket_id join person p on p.id = m.author_id where t.number = any($1)`,
        [tickets],
      )
      const ours = rows.map(row => row.text)
      const said = Array.from({ length: written - first }, (_, at) => `Word ${first + 1 + at}.`)
      expect(new Set(ours).size).toBe(ours.length)
      // A comment of somebody who takes no part is refused, and so are some answers; nothing that was said is lost.
      const total = await sql(`select text from message where text = any($1)`, [said])
      expect(ours.sort()).toEqual(total.map(row => row.text).sort())
      for (const row of rows) {
        expect(row.is_husk, row.text).toBe(false)
        if (row.visibility === 'PUBLIC' && !row.author.endsWith('plaindesk.example'))
          expect(row.readers, `${row.author} reads “${row.text}” of their own`).toContain(row.author)
      }
      for (const name of customers) {
        const reads: string[] = []
        for (const number of tickets)
          reads.push(...((await read(as(name), number)) ? await texts(as(name), number) : []))
        const may = rows.filter(
          ({ visibility, readers }) => visibility === 'PUBLIC' && readers.includes(addresses[name]),
        )
        expect(reads.sort(), name).toEqual(may.map(row => row.text).sort())
      }
    }),
    { numRuns: 12 },
  )
}, 300_000)
