// Who may follow what happens, how it is asked for, and how much of it there is for anybody.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { CHECK_MS } from '../../src/graph/live.ts'
import type { Data } from '../kit/api.ts'
import { type Name, people } from '../kit/cast.ts'
import { bearer, type Following, follow } from '../kit/follow.ts'
import { statementsOf } from '../kit/sql.ts'
import { note, open } from '../tickets/deeds.ts'
import { type Newcomer, world } from '../world.ts'
import { about, codeOf, MESSAGES, streamsOf, subjects, TICKETS } from './streams.ts'

const here = await world()
const { url, token, sql, as, anew, api, clock, newcomer } = here
const { second, tokenOf, followAs, idOf } = await streamsOf(here)

const create = (name: Name, subject: string) => open(as(name), subject)

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
      const number = await open(browser, 'Mine')
      const made = await browser.graphql(
        'mutation { createToken(input: { name: "t", scopes: [TICKETS_READ], expiresInDays: 1, currentPassword: "plaindesk-example" }) { token } }',
      )
      const stream = await followBy(made.data.createToken.token)
      await change(person)
      expect(await lastOf(stream, number)).toBe('FORBIDDEN')
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
      await note(as('dana'), number, 'Not for Dirk either')
      expect(await stream.over).toBe('complete')
      expect(stream.events.map(codeOf)).toEqual(['FORBIDDEN'])
    } finally {
      await sql(`update person set role = 'AGENT' where email = $1`, [people.dirk.email])
    }
  })

  test('§3: whoever came to the team begins anew, as one of it', async () => {
    const { email, browser } = await newcomer()
    const number = await open(browser, 'Mine')
    const stream = await follow(url, { cookie: browser.jar.header(new URL(url)) }, TICKETS)
    await sql(`update person set role = 'SALES' where email = $1`, [email])
    await sql(`update ticket set subject = subject || '!', updated_at = now() where number = $1`, [number])
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

/** So many times about 1,000. */
const costly = (times: number) =>
  Array.from(
    { length: times },
    (_, at) =>
      `a${at}: messages(first: 100) { nodes { id text html folded channel visibility createdAt isMine author { name } } }`,
  ).join(' ')
