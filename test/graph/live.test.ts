// What happens, told as it happens: by graphql-sse's own client, from two web processes on one database.
import { once } from 'node:events'
import { createClient } from 'graphql-sse'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import type { Data } from '../kit/api.ts'
import { type Name, people } from '../kit/cast.ts'
import { bearer, type Following, follow } from '../kit/follow.ts'
import { answer, note, open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { about, MESSAGES, streamsOf, subjects, TICKETS, ticketOf } from './streams.ts'

const here = await world()
const { url, sql, as, api, plaindesk } = here
const { second, tokenOf, following, followAs, idOf } = await streamsOf(here)

/** Connects again soon, as often as it takes. */
const soon = { retryAttempts: 100, retry: async () => new Promise<void>(resolve => setTimeout(resolve, 100)) }
/** Ends the connections on which processes listen. */
const CUT = `select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'plaindesk notices' and datname = current_database()`

/** After a cut: both processes take streams again. */
async function listening(): Promise<void> {
  for (const origin of [url, second.url]) {
    ;(await follow(origin, bearer(await tokenOf('dana')), TICKETS, soon)).stop()
  }
}
const create = (name: Name, subject: string) => open(as(name), subject, `First of ${subject}`)
const texts = ({ events }: Following) => events.map(event => event.data.messageAdded.message.text)
const saying = (text: string) => (event: Data) => event.data?.messageAdded.message.text === text

describe('issue 5 Live: events', () => {
  test('what one process writes arrives at the other, with all that its reader may see', async () => {
    const [tickets, messages] = [await followAs('dana', TICKETS), await followAs('dana', MESSAGES)]
    const number = await create('ann', 'Over there')
    expect(ticketOf(await tickets.until(about('Over there')))).toMatchObject({ number, status: 'NEW' })
    const told = await messages.until(saying('First of Over there'))
    expect(told.data.messageAdded.message).toMatchObject({ author: { name: 'Ann Albers' }, ticket: { number } })
    expect(told.extensions.cost).toMatchObject({ requested: expect.any(Number), available: expect.any(Number) })
    await note(as('dana'), number, 'Only for us')
    await messages.until(saying('Only for us'))
    await tickets.until(event => ticketOf(event).messages.nodes.some(({ text }: Data) => text === 'Only for us'))
  })

  test('§3: a customer is told of their own tickets, of no note and of nothing that a note changes', async () => {
    const number = await create('ann', 'Hers')
    const others = await create('bo', 'His')
    const [tickets, messages] = [await followAs('ann', TICKETS), await followAs('ann', MESSAGES)]
    await note(as('dana'), number, 'A secret')
    await answer(as('bo'), others, 'Between us')
    await create('eve', 'Elsewhere')
    await update(as('dana'), number, { tags: ['secret'], assignee: await userId('dana') })
    await answer(as('dana'), number, 'An answer')
    await messages.until(saying('An answer'))
    await answer(as('ann'), number, 'Thanks')
    await messages.until(saying('Thanks'))
    await tickets.until(event => ticketOf(event).messages.nodes.length === 3)
    expect(texts(messages)).toEqual(['An answer', 'Thanks'])
    expect(subjects(tickets)).toEqual(['Hers'])
    expect(tickets.events.length).toBeLessThanOrEqual(2)
    for (const event of tickets.events) expect(ticketOf(event)).toMatchObject({ tags: [], assignee: null })
    expect(JSON.stringify(tickets.events)).not.toContain('secret')
  })

  test('§3: whoever sees all of their organization is told of it, but not of what is private or held', async () => {
    await sql('update person set sees_organization = true where email = $1', [people.bo.email])
    const stream = await followAs('bo', TICKETS)
    const [number, mine] = [await create('ann', 'Private'), await create('ann', 'Spam')]
    await stream.until(about('Spam'))
    await sql('update ticket set is_private = true where number = $1', [number])
    await sql(`update ticket set hold = 'SPAM' where number = $1`, [mine])
    await sql(`update ticket set subject = subject || '!' where number = any($1)`, [[number, mine]])
    await create('ann', 'Open to all')
    await stream.until(about('Open to all'))
    expect(subjects(stream)).toEqual(['Private', 'Spam', 'Open to all'])
    await sql('update person set sees_organization = false where email = $1', [people.bo.email])
    await create('ann', 'No more')
    await create('bo', 'His own')
    await stream.until(about('His own'))
    expect(subjects(stream)).toEqual(['Private', 'Spam', 'Open to all', 'His own'])
  })

  test('§4: the team is told of what is held when it is released', async () => {
    const stream = await followAs('sam', TICKETS)
    const number = await create('ann', 'Doubtful')
    await stream.until(about('Doubtful'))
    await sql(`update ticket set hold = 'SPAM', subject = 'Held' where number = $1`, [number])
    await sql(`update ticket set subject = 'Still held' where number = $1`, [number])
    await sql(`update ticket set hold = null, subject = 'Released' where number = $1`, [number])
    await stream.until(about('Released'))
    expect(subjects(stream)).not.toContain('Still held')
  })

  test('of one ticket, or of those that a filter fits', async () => {
    const [one, two] = [await create('ann', 'One'), await create('ann', 'Two')]
    const [only, urgent] = [
      await followAs('dana', TICKETS, { ticket: await idOf(one) }),
      await followAs('dana', TICKETS, { filter: { priority: ['URGENT'] } }),
    ]
    const words = await followAs('dana', MESSAGES, { ticket: await idOf(one) })
    await answer(as('ann'), two, 'To two')
    await sql(`update ticket set priority = 'URGENT' where number = $1`, [two])
    await answer(as('ann'), one, 'To one')
    await words.until(saying('To one'))
    await only.until(about('One'))
    await urgent.until(about('Two'))
    expect([subjects(only), subjects(urgent), texts(words)]).toEqual([['One'], ['Two'], ['To one']])
  })

  test('a statement that changes very many ends the streams, which begin anew', async () => {
    const stream = await followAs('dana', TICKETS)
    await sql(`insert into message (id, ticket_id, text, visibility, channel, created_at)
      select gen_random_uuid(), (select id from ticket limit 1), 'x', 'INTERNAL', 'API', now() from generate_series(1, 1001)`)
    await expect(stream.over).rejects.toThrow('Connection closed while having active streams')
  })
})

describe('issue 5 Live: catching up', () => {
  const LIST = `query ($after: String, $filter: TicketFilter) {
    tickets(first: 50, orderBy: UPDATED_AT_ASC, after: $after, filter: $filter) { nodes { subject } }
  }`
  const since = async (name: Name, after: string, filter: object | null = null): Promise<string[]> => {
    const { data, errors } = await api(await tokenOf(name)).graphql(LIST, { after, filter })
    expect(errors).toEqual([])
    return data.tickets.nodes.map(({ subject }: Data) => subject)
  }

  test('an event’s cursor goes on where the stream ended, for the team and for customers', async () => {
    for (const name of ['dana', 'ann'] as const) {
      const stream = await followAs(name, TICKETS)
      await create('ann', `Told ${name}`)
      const event = await stream.until(about(`Told ${name}`))
      stream.stop()
      await create('ann', `Missed ${name}`)
      await expect
        .poll(() => since(name, event.data.ticketChanged.cursor))
        .toEqual(expect.arrayContaining([`Missed ${name}`]))
    }
  })

  test('so with a filter, and with the cursor of a message', async () => {
    const filter = { search: 'quagga' }
    const [tickets, messages] = [await followAs('dana', TICKETS, { filter }), await followAs('dana', MESSAGES)]
    await create('ann', 'A quagga')
    const { cursor } = (await tickets.until(about('A quagga'))).data.ticketChanged
    const added = await messages.until(saying('First of A quagga'))
    await create('ann', 'Two quagga')
    await create('ann', 'No such thing')
    await expect.poll(() => since('dana', cursor, filter)).toEqual(['A quagga', 'Two quagga'])
    await expect.poll(() => since('dana', added.data.messageAdded.cursor)).toContain('No such thing')
  })

  test('what was over before the stream began, and not settled yet, is not passed by', async () => {
    const slow = new pg.Client({ connectionString: plaindesk.config.databaseUrl ?? '' })
    await slow.connect()
    await slow.query('begin')
    await slow.query('select pg_current_xact_id()')
    await create('ann', 'Before it began')
    const stream = await followAs('dana', TICKETS)
    await slow.query('commit')
    await slow.end()
    await create('ann', 'After')
    const event = await stream.until(about('After'))
    expect(await since('dana', event.data.ticketChanged.cursor)).toContain('Before it began')
  })
})

test('issue 5 Live: whoever is cut off again and again knows in the end what several wrote at once', async () => {
  const ids = (await sql<{ id: string }>(`update ticket set subject = 'v0' where hold is null returning id`)).map(
    ({ id }) => id,
  )
  const until = performance.now() + 4000
  const some = (most: number) => Math.floor(Math.random() * most)
  const pause = (most: number) => new Promise(resolve => setTimeout(resolve, some(most)))

  async function write(): Promise<void> {
    const client = new pg.Client({ connectionString: plaindesk.config.databaseUrl ?? '' })
    await client.connect()
    while (performance.now() < until) {
      await client.query('begin')
      await client.query(
        `update ticket set subject = 'v' || substr(subject, 2)::int + 1, touched_at = now() where id = $1`,
        [ids[some(ids.length)]],
      )
      await pause(80)
      await client.query(some(5) === 0 ? 'rollback' : 'commit')
    }
    await client.end()
  }
  async function cut(): Promise<void> {
    while (performance.now() < until) {
      await pause(1500)
      await sql(CUT)
    }
  }

  const known = new Map<string, number>()
  const keep = ({ id, subject }: Data) => known.set(id, Math.max(known.get(id) ?? -1, Number(subject.slice(1))))
  const program = api(await tokenOf('dana'))
  let cursor: string | null = null
  let isCaughtUp = false
  async function catchUp(): Promise<void> {
    isCaughtUp = false
    for (let hasMore = true; hasMore; ) {
      const { data }: Data = await program.graphql(
        'query ($after: String) { tickets(first: 10, orderBy: UPDATED_AT_ASC, after: $after) { nodes { id subject } pageInfo { hasNextPage endCursor } } }',
        { after: cursor },
      )
      for (const ticket of data.tickets.nodes) keep(ticket)
      ;({ hasNextPage: hasMore } = data.tickets.pageInfo)
      cursor = data.tickets.pageInfo.endCursor ?? cursor
    }
    isCaughtUp = true
  }
  const reader = createClient({
    url: `${second.url}/graphql`,
    headers: bearer(await tokenOf('dana')),
    ...soon,
    on: { connected: () => void catchUp() },
  })
  const stop = reader.subscribe<Data>(
    { query: 'subscription { ticketChanged { cursor ticket { id subject } } }' },
    {
      next({ data }) {
        keep(data.ticketChanged.ticket)
        if (isCaughtUp) cursor = data.ticketChanged.cursor
      },
      error: () => {},
      complete: () => {},
    },
  )
  await Promise.all([write(), write(), write(), write(), cut()])
  const written = (
    await sql<{ id: string; n: number }>(`select id, substr(subject, 2)::int as n from ticket where id = any($1)`, [
      ids,
    ])
  ).map(({ id, n }) => [`ticket_${id}`, n])
  expect(written.reduce((sum, [, n]) => sum + Number(n), 0)).toBeGreaterThan(50)
  await expect.poll(() => Object.fromEntries(known)).toEqual(Object.fromEntries(written))
  stop()
  await listening()
})

describe('issue 5 Live: when something goes', () => {
  test('after the connection that listens was lost, streams end, and clients come back by themselves', async () => {
    const stream = await follow(second.url, bearer(await tokenOf('dana')), TICKETS, soon)
    following.push(stream)
    await create('ann', 'Before the cut')
    await stream.until(about('Before the cut'))
    await sql(CUT)
    await expect.poll(() => stream.connections).toBeGreaterThan(1)
    await create('ann', 'After the cut')
    await stream.until(about('After the cut'))
  })

  test('a process that stops ends its streams at once, and clients go to the next', async () => {
    const at = [second.url, url]
    const headers = bearer(await tokenOf('dana'))
    const stream = await follow(second.url, headers, TICKETS, { ...soon, url: () => `${at.shift() ?? url}/graphql` })
    following.push(stream)
    second.process.kill('SIGINT')
    const [code] = await once(second.process, 'exit')
    expect(code).toBe(0)
    await expect.poll(() => stream.connections).toBe(2)
    await create('ann', 'Elsewhere now')
    await stream.until(about('Elsewhere now'))
  })
})

async function userId(name: Name): Promise<string> {
  return `user_${(await sql<{ id: string }>('select id from person where email = $1', [people[name].email]))[0]?.id}`
}
