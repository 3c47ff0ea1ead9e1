// What happens, told as it happens: by graphql-sse's own client, from two web processes on one database.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { createClient } from 'graphql-sse'
import pg from 'pg'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { CHECK_MS } from '../../src/graph/live.ts'
import type { Data } from '../kit/api.ts'
import { type Name, people } from '../kit/cast.ts'
import { bearer, type Following, follow } from '../kit/follow.ts'
import { serve } from '../kit/serve.ts'
import { statementsOf } from '../kit/sql.ts'
import { type Newcomer, world } from '../world.ts'

const { url, token, sql, as, anew, api, plaindesk, clock, newcomer } = await world()
const second = await serve(plaindesk)
afterAll(() => void second.process.kill('SIGKILL'))
// Tests of one file ask more than a person does.
beforeEach(() => sql('delete from rate_limit'))

const TICKETS = `subscription ($ticket: ID, $filter: TicketFilter) {
  ticketChanged(ticket: $ticket, filter: $filter) {
    cursor
    ticket { id number subject status tags assignee { name } messages(first: 50) { nodes { text visibility } } }
  }
}`
const MESSAGES = `subscription ($ticket: ID) {
  messageAdded(ticket: $ticket) { cursor message { text visibility author { name } ticket { number subject } } }
}`

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

const tokens = new Map<Name, string>()
async function tokenOf(name: Name): Promise<string> {
  const known = tokens.get(name) ?? (await token(name))
  tokens.set(name, known)
  return known
}
const following: Following[] = []
afterAll(() => {
  for (const each of following) each.stop()
})
/** Somebody's stream at the second process, unless told. */
async function followAs(name: Name, query: string, variables = {}, at = second.url): Promise<Following> {
  const stream = await follow(at, bearer(await tokenOf(name)), query, { variables })
  following.push(stream)
  return stream
}

async function create(name: Name, subject: string): Promise<number> {
  const { data } = await as(name).graphql(
    'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } userErrors { code } } }',
    { input: { subject, message: `First of ${subject}` } },
  )
  return data.createTicket.ticket.number
}
async function write(name: Name, mutation: 'commentOnTicket' | 'noteOnTicket', number: number, message: string) {
  const Input = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
  const { data, errors } = await as(name).graphql(
    `mutation ($input: ${Input}!) { ${mutation}(input: $input) { userErrors { code } } }`,
    { input: { number, message } },
  )
  expect([errors, data[mutation].userErrors]).toEqual([[], []])
}
const comment = (name: Name, number: number, message: string) => write(name, 'commentOnTicket', number, message)
const note = (name: Name, number: number, message: string) => write(name, 'noteOnTicket', number, message)
const idOf = async (number: number) =>
  `ticket_${(await sql<{ id: string }>('select id from ticket where number = $1', [number]))[0]?.id}`

const ticketOf = (event: Data) => event.data?.ticketChanged.ticket
const subjects = ({ events }: Following) => [...new Set(events.map(event => ticketOf(event).subject))]
const texts = ({ events }: Following) => events.map(event => event.data.messageAdded.message.text)
const about = (subject: string) => (event: Data) => ticketOf(event)?.subject === subject
const saying = (text: string) => (event: Data) => event.data?.messageAdded.message.text === text
const codeOf = (event: Data) => event.errors?.[0].extensions.code

describe('issue 5 Live: events', () => {
  test('what one process writes arrives at the other, with all that its reader may see', async () => {
    const [tickets, messages] = [await followAs('dana', TICKETS), await followAs('dana', MESSAGES)]
    const number = await create('ann', 'Over there')
    expect(ticketOf(await tickets.until(about('Over there')))).toMatchObject({ number, status: 'NEW' })
    const told = await messages.until(saying('First of Over there'))
    expect(told.data.messageAdded.message).toMatchObject({ author: { name: 'Ann Albers' }, ticket: { number } })
    expect(told.extensions.cost).toMatchObject({ requested: expect.any(Number), available: expect.any(Number) })
    await note('dana', number, 'Only for us')
    await messages.until(saying('Only for us'))
    await tickets.until(event => ticketOf(event).messages.nodes.some(({ text }: Data) => text === 'Only for us'))
  })

  test('§3: a customer is told of their own tickets, of no note and of nothing that a note changes', async () => {
    const number = await create('ann', 'Hers')
    const others = await create('bo', 'His')
    const [tickets, messages] = [await followAs('ann', TICKETS), await followAs('ann', MESSAGES)]
    await note('dana', number, 'A secret')
    await comment('bo', others, 'Between us')
    await create('eve', 'Elsewhere')
    await as('dana').graphql(
      'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { userErrors { code } } }',
      { input: { number, tags: ['secret'], assignee: await userId('dana') } },
    )
    await comment('dana', number, 'An answer')
    await messages.until(saying('An answer'))
    await comment('ann', number, 'Thanks')
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
    await comment('ann', two, 'To two')
    await sql(`update ticket set priority = 'URGENT' where number = $1`, [two])
    await comment('ann', one, 'To one')
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

describe('issue 5 Live: rights at each event', () => {
  /** What the stream tells last, after somebody lost their rights and something happened. */
  async function lastOf(stream: Following, number: number): Promise<string> {
    await sql(`update ticket set subject = subject || '!' where number = $1`, [number])
    expect(await stream.over).toBe('complete')
    expect(stream.events.filter(event => event.data)).toEqual([])
    return codeOf(stream.events.at(-1))
  }
  const followBy = async (secret: string) => follow(second.url, bearer(secret), TICKETS)

  test('§8: a token that is revoked', async () => {
    const number = await create('ann', 'Revoked')
    const secret = await token('ann')
    const stream = await followBy(secret)
    await sql(
      `update api_token set revoked_at = now() where id = (select id from api_token order by created_at desc limit 1)`,
    )
    expect(await lastOf(stream, number)).toBe('UNAUTHENTICATED')
  })

  test('§8: also where nothing happens, within half a minute', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const stream = await follow(url, bearer(await token('ann')), TICKETS)
      vi.advanceTimersByTime(CHECK_MS)
      await sql(
        'update api_token set revoked_at = now() where id = (select id from api_token order by created_at desc limit 1)',
      )
      expect(stream.events).toEqual([])
      vi.advanceTimersByTime(CHECK_MS)
      expect(await stream.over).toBe('complete')
      expect(stream.events.map(codeOf)).toEqual(['UNAUTHENTICATED'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('§8: a token that is over', async () => {
    const number = await create('ann', 'Over')
    const stream = await follow(url, bearer(await token('ann')), TICKETS)
    clock.forward({ days: 31 })
    try {
      expect(await lastOf(stream, number)).toBe('UNAUTHENTICATED')
    } finally {
      clock.reset()
    }
  })

  test('§3: whoever leaves the list, and an account that is disabled', async () => {
    const disable = ({ email }: Newcomer) => sql('update person set disabled_at = now() where email = $1', [email])
    const leave = ({ browser }: Newcomer) =>
      browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
    for (const change of [disable, leave]) {
      const person = await newcomer()
      const { browser } = person
      const opened = await browser.graphql(
        'mutation { createTicket(input: { subject: "Mine", message: "x" }) { ticket { number } } }',
      )
      const made = await browser.graphql(
        'mutation { createToken(input: { name: "t", scopes: [TICKETS_READ], expiresInDays: 1, currentPassword: "plaindesk-example" }) { token } }',
      )
      const stream = await followBy(made.data.createToken.token)
      await change(person)
      expect(await lastOf(stream, opened.data.createTicket.ticket.number)).toBe('FORBIDDEN')
    }
  })

  test('§8: a session that is signed out', async () => {
    const browser = anew('ann')
    await browser.visit('/tickets')
    const cookie = browser.jar.header(new URL(url))
    const stream = await follow(url, { cookie }, TICKETS)
    const number = await create('ann', 'Signed in')
    await stream.until(about('Signed in'))
    await sql(
      `delete from session where sid in (select sid from session where user_id = (select id from person where email = $1) order by created_at desc limit 1)`,
      [people.ann.email],
    )
    await sql(`update ticket set subject = 'Signed out' where number = $1`, [number])
    expect(await stream.over).toBe('complete')
    expect(subjects({ ...stream, events: stream.events.slice(0, -1) })).toEqual(['Signed in'])
    expect(codeOf(stream.events.at(-1))).toBe('UNAUTHENTICATED')
  })

  test('§3: whoever is of the team no longer is told of no note', async () => {
    const number = await create('ann', 'Not for Dirk')
    const stream = await followBy(await token('dirk'))
    await sql(`update person set role = 'CUSTOMER' where email = $1`, [people.dirk.email])
    try {
      await note('dana', number, 'Not for Dirk either')
      expect(await stream.over).toBe('complete')
      expect(stream.events.map(codeOf)).toEqual(['FORBIDDEN'])
    } finally {
      await sql(`update person set role = 'AGENT' where email = $1`, [people.dirk.email])
    }
  })

  test('§3: whoever came to the team begins anew, as one of it', async () => {
    const { email, browser } = await newcomer()
    const opened = await browser.graphql(
      'mutation { createTicket(input: { subject: "Mine", message: "x" }) { ticket { number } } }',
    )
    const stream = await follow(url, { cookie: browser.jar.header(new URL(url)) }, TICKETS)
    await sql(`update person set role = 'SALES' where email = $1`, [email])
    await sql(`update ticket set subject = subject || '!', updated_at = now() where number = $1`, [
      opened.data.createTicket.ticket.number,
    ])
    await expect(stream.over).rejects.toThrow('Connection closed while having active streams')
  })
})

describe('issue 5 Live: the door', () => {
  const post = async (body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify(body),
    })
  const mine = async () => bearer(await tokenOf('ann'))

  test('§8: who is nobody, has no access or no such scope is told so on the stream', async () => {
    const codes = async (headers: Record<string, string>) => {
      const stream = await follow(url, headers, TICKETS)
      await stream.over
      return stream.events.map(codeOf)
    }
    expect(await codes({})).toEqual(['UNAUTHENTICATED'])
    const cem = anew('cem')
    await cem.visit('/no-access')
    expect(await codes({ cookie: cem.jar.header(new URL(url)) })).toEqual(['FORBIDDEN'])
    expect(await codes(bearer(await token('ann', ['TICKETS_WRITE'])))).toEqual(['FORBIDDEN'])
  })

  test('§8: what does not fit is told on the stream, with its code', async () => {
    const told = async (query: string, variables = {}) => {
      const stream = await follow(url, await mine(), query, { variables })
      expect(await stream.over).toBe('complete')
      return stream.events.map(codeOf)
    }
    expect(await told('subscription {')).toEqual(['BAD_USER_INPUT'])
    expect(await told('subscription { ticketsChanged { cursor } }')).toEqual(['BAD_USER_INPUT'])
    expect(await told(TICKETS, { filter: { search: 'x'.repeat(201) } })).toEqual(['BAD_USER_INPUT'])
    expect(await told(TICKETS, { filter: { requester: 'nobody' } })).toEqual(['BAD_USER_INPUT'])
    expect(await told(TICKETS, { ticket: 'ticket_1' })).toEqual(['NOT_FOUND'])
    expect(await told(TICKETS, { ticket: await idOf(await create('eve', 'Not hers')) })).toEqual(['NOT_FOUND'])
    const deep = `subscription { ticketChanged { ticket ${'{ followUps '.repeat(12)} { id } ${'}'.repeat(12)} } }`
    expect(await told(deep)).toEqual(['QUERY_TOO_COMPLEX'])
    expect(await told(`subscription { ticketChanged { ticket { ${costly(30)} } } }`)).toEqual(['QUERY_TOO_COMPLEX'])
  })

  test('only by POST, as JSON, from our own site; and never as one answer', async () => {
    const headers = await mine()
    const query = 'subscription { ticketChanged { cursor } }'
    const get = await fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { ...headers, accept: 'text/event-stream' },
    })
    expect(get.status).toBe(405)
    expect((await post({ query }, { ...headers, origin: 'https://evil.example' })).status).toBe(403)
    const text = await post({ query }, { ...headers, 'content-type': 'text/plain' })
    expect([text.status, ((await text.json()) as Data).errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
    const whole = await api(await tokenOf('ann')).graphql(query)
    expect([whole.status, whole.errors[0]?.message]).toEqual([400, expect.stringContaining('text/event-stream')])
    expect((await post({ query }, { ...bearer('pd_nonsense') })).status).toBe(401)
  })

  test('a query and a mutation are answered once', async () => {
    const answers = async (query: string) => {
      const stream = await follow(url, await mine(), query)
      expect(await stream.over).toBe('complete')
      return stream.events
    }
    expect(await answers('{ viewer { name } }')).toMatchObject([{ data: { viewer: { name: 'Ann Albers' } } }])
    expect(await answers('mutation { markTicketDone(input: { number: 1 }) { userErrors { code } } }')).toMatchObject([
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ])
  })

  test('curl shows the events as they come', async () => {
    if (!(await promisify(execFile)('curl', ['--version']).catch(() => null))) return
    const { authorization } = await mine()
    const body = JSON.stringify({ query: 'subscription { ticketChanged { ticket { subject } } }' })
    const lines = ['-H', `Authorization: ${authorization}`, '-H', 'Content-Type: application/json']
    const curl = spawn('curl', [
      '-sN',
      '--compressed',
      '-i',
      `${url}/graphql`,
      ...lines,
      '-H',
      'Accept: text/event-stream',
      '-d',
      body,
    ])
    let seen = ''
    curl.stdout.on('data', chunk => {
      seen += String(chunk)
    })
    await expect.poll(() => seen).toContain('\n:\n')
    expect(seen.toLowerCase()).toMatch(/content-type: text\/event-stream.*x-accel-buffering: no/s)
    expect(seen.toLowerCase()).not.toContain('content-encoding')
    await create('ann', 'To the shell')
    await expect
      .poll(() => seen)
      .toContain('event: next\ndata: {"data":{"ticketChanged":{"ticket":{"subject":"To the shell"}}}')
    curl.kill()
  })
})

describe('issue 5 Live: limits', () => {
  test('ten streams of one token in all processes together, and a place is free again at once', async () => {
    const headers = bearer(await token('eve'))
    const open: Following[] = []
    for (let at = 0; at < 10; at++) open.push(await follow(at % 2 ? url : second.url, headers, TICKETS))
    for (const origin of [url, second.url]) {
      const refused = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: 'subscription { ticketChanged { cursor } }' }),
      })
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
      expect(((await refused.json()) as Data).errors[0]).toMatchObject({
        message: expect.stringContaining('10 streams'),
        extensions: { code: 'RATE_LIMITED', limit: 'streams', max: 10 },
      })
    }
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(Number(/^plaindesk_streams (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(5)
    open[0]?.stop()
    await expect
      .poll(() =>
        follow(url, headers, TICKETS).then(
          each => open.push(each),
          () => 0,
        ),
      )
      .toBe(11)
    for (const each of open) each.stop()
  })

  test('whoever asks for streams is counted as for all else, strangers too', async () => {
    const ask = () =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: 'subscription { ticketChanged { cursor } }' }),
      })
    expect(await (await ask()).text()).toContain('UNAUTHENTICATED')
    await sql(
      `update rate_limit set expire = (extract(epoch from now()) * 1000)::bigint + 60000 where key like 'api requests client:%'`,
    )
    const refused = await ask()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  })

  test('what events cost comes out of the same bucket; an empty one ends the stream', async () => {
    const stream = await followAs('dana', `subscription { ticketChanged { ticket { subject ${costly(15)} } } }`)
    await create('ann', 'Paid')
    await stream.until(about('Paid'))
    await sql(
      `update rate_limit set expire = (extract(epoch from now()) * 1000)::bigint + 60000 where key like 'api cost token:%'`,
    )
    await create('ann', 'Not paid')
    expect(await stream.over).toBe('complete')
    expect(stream.events.at(-1).errors[0].extensions).toMatchObject({ code: 'RATE_LIMITED', limit: 'cost' })
  })

  test('a change that concerns none of many customers costs one statement, not one for each', async () => {
    const streams = [
      await followAs('ann', TICKETS, {}, url),
      await followAs('ann', MESSAGES, {}, url),
      await followAs('bo', TICKETS, {}, url),
    ]
    const number = await create('eve', 'Far away')
    const { statements } = await statementsOf(async () => {
      await sql('update ticket set touched_at = now(), updated_at = now() where number = $1', [number])
      await create('ann', 'Near')
      await streams[0]?.until(about('Near'))
    })
    const circles = statements.filter(
      ({ text, values }) => /as participants from ticket/.test(text) && values.length === 1,
    )
    expect(circles.length).toBeLessThanOrEqual(4) // two tickets, and the new one's first message
  })

  test('whoever takes less than happens is let go, and costs no memory meanwhile', async () => {
    const number = await create('ann', 'Much')
    await sql(
      `insert into message (id, ticket_id, text, visibility, channel, created_at)
       select gen_random_uuid(), (select id from ticket where number = $1), repeat('long ', 40000), 'INTERNAL', 'API', now()
       from generate_series(1, 10)`,
      [number],
    )
    const { authorization } = bearer(await tokenOf('dana'))
    const query = 'subscription { ticketChanged { ticket { subject messages(first: 25) { nodes { text } } } } }'
    const body = JSON.stringify({ query })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const closed = once(socket, 'close')
    socket.on('error', () => {})
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await once(socket, 'readable') // and nothing is read from now on
    const touch = () => sql('update ticket set touched_at = now() where number = $1', [number])
    const { statements } = await statementsOf(async () => {
      for (let at = 0; at < 40; at++) {
        await touch()
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    })
    // Four megabytes an event: what is not taken is not read either.
    expect(statements.filter(({ text }) => /from message t/.test(text)).length).toBeLessThan(20)
    await sql(`select pg_notify('plaindesk_news', json_build_object('ticket', gen_random_uuid(), 'public', true, 'settled', '1')::text)
      from generate_series(1, 1001)`)
    socket.resume()
    await closed
  })
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

/** So many times about 1,000. */
const costly = (times: number) =>
  Array.from(
    { length: times },
    (_, at) =>
      `a${at}: messages(first: 100) { nodes { id text html folded channel visibility createdAt isMine author { name } } }`,
  ).join(' ')

async function userId(name: Name): Promise<string> {
  return `user_${(await sql<{ id: string }>('select id from person where email = $1', [people[name].email]))[0]?.id}`
}
