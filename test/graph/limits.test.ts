// Issue 5, Limits: what a client may ask for, told with every answer and every refusal.
import pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { draw } from '../../src/database/bucket.ts'
import { Unspent } from '../../src/web/unspent.ts'
import { statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'

const { as, stranger, api, token, sql, plaindesk } = await world()
const program = api(await token('ann'))
beforeEach(() => sql('delete from rate_limit'))

const costOf = (text: string) => JSON.parse(text).extensions?.cost
const drain = (what: string) =>
  sql(`update rate_limit set expire = $1 where key like $2`, [Date.now() + 70_000, `api ${what}%`])

describe('cost', () => {
  test('issue 5 Limits: every answer says what was asked for, what it came to, what is left and how it comes back', async () => {
    const { text, header } = await program.graphql('{ tickets(first: 10) { nodes { number subject } } }')
    const cost = costOf(text)
    const actual = 2 + JSON.parse(text).data.tickets.nodes.length * 2
    expect(cost).toEqual({ requested: 31, actual, available: 60_000 - actual, refill: 1000 })
    expect([header('ratelimit-limit'), header('ratelimit-remaining')]).toEqual(['600', '599'])
    expect(Number(header('ratelimit-reset'))).toBe(1)
  })

  test.each([
    ['a syntax error', '{ viewer { '],
    ['an unknown field', '{ viewer { passwordHash } }'],
    [
      'a document that is too deep',
      `{ tickets { nodes ${'{ messages { nodes { ticket '.repeat(9)} { id } ${'} } }'.repeat(9)} } }`,
    ],
    ['a refusal while running', '{ tickets(first: 101) { nodes { id } } }'],
    ['a mutation', 'mutation { markTicketDone(input: { number: 99999999 }) { userErrors { code } } }'],
  ])('issue 5 Limits: so does the answer to %s, which counts as a request', async (_what, query) => {
    const { text, header } = await program.graphql(query)
    expect(costOf(text)).toMatchObject({ requested: expect.any(Number), actual: expect.any(Number), refill: 1000 })
    expect(header('ratelimit-remaining')).toBe('599')
  })

  test('issue 5 Limits: a page counts by its size, and no size makes the rest cheaper', async () => {
    const requested = async (first: number) =>
      costOf((await program.graphql(`{ viewer { name } tickets(first: ${first}) { nodes { number } } }`)).text)
        .requested
    expect([await requested(1), await requested(50), await requested(100)]).toEqual([5, 103, 203])
    expect([await requested(-100), await requested(0), await requested(100_000)]).toEqual([3, 3, 203])
  })

  test('issue 5 Limits: an empty bucket refuses with 429, names itself, says when to come back, and takes nothing', async () => {
    const query = '{ tickets(first: 100) { nodes { number } } }'
    await program.graphql(query)
    await drain('cost')
    const refused = await program.graphql(query)
    expect([refused.status, refused.code, refused.data]).toEqual([429, 'RATE_LIMITED', null])
    expect(refused.errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', limit: 'cost', max: 60_000, retryAfter: 1 })
    expect(refused.header('retry-after')).toBe('1')
    expect(costOf(refused.text)).toMatchObject({ requested: 201, actual: 0, refill: 1000 })
    expect(costOf(refused.text).available).toBeLessThan(201)
    await new Promise(resolve => setTimeout(resolve, 1000))
    expect((await program.graphql(query)).status).toBe(200)
  })

  test('issue 5 Limits: so does an empty bucket of requests, also for what is no operation', async () => {
    await program.graphql('{ viewer { name } }')
    for (const query of ['{ viewer { name } }', '{ viewer {']) {
      await drain('requests')
      const { status, code, errors, header } = await program.graphql(query)
      expect([status, code]).toEqual([429, 'RATE_LIMITED'])
      expect(errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', limit: 'requests', max: 600, retryAfter: 1 })
      expect([header('retry-after'), header('ratelimit-remaining')]).toEqual(['1', '0'])
    }
  })

  test('issue 5 Limits: each token has its own bucket, a person with cookies one, strangers one a client', async () => {
    const other = api(await token('ann'))
    await sql('delete from rate_limit')
    const left = async (asker: { graphql(query: string): Promise<{ text: string; header(name: string): string }> }) => {
      const { text, header } = await asker.graphql('{ viewer { name } }')
      return [costOf(text).available, header('ratelimit-remaining')]
    }
    for (const asker of [program, other, as('ann')]) expect(await left(asker)).toEqual([59_998, '599'])
    expect(await left(stranger())).toEqual([29_999, '59'])
    const buckets = async () => (await sql(`select key from rate_limit where key like 'api requests%'`)).length
    expect(await buckets()).toBe(4)
    for (const asker of [program, as('ann'), stranger()]) await left(asker)
    expect(await buckets()).toBe(4)
  })

  test('issue 5 Limits: all processes draw from one bucket', async () => {
    const second = (await createApp(plaindesk)).listen(0)
    const { port } = second.address() as { port: number }
    const secret = await token('bo')
    try {
      await api(secret).graphql('{ viewer { name } }')
      await drain('requests')
      const { status } = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ viewer { name } }' }),
      })
      expect(status).toBe(429)
    } finally {
      second.close()
    }
  })

  test('issue 5 Limits: twenty at once take no more than there is, and what comes back is there for the next', async () => {
    const now = Date.now()
    const take = (ms: number, back = 0) =>
      draw(plaindesk.orm.em.fork(), { key: 'few', ms: 100 }, { key: 'much', ms, back }, now)
    const drawn = await Promise.all(Array.from({ length: 20 }, () => take(8000)))
    expect(drawn.filter(([, { fits }]) => fits)).toHaveLength(7)
    expect((await take(60_000, 1000))[1]).toEqual({ fits: false, ms: 55_000 })
    expect((await take(8000, 3000))[1]).toEqual({ fits: true, ms: 60_000 })
    expect((await take(0, 90_000))[1]).toEqual({ fits: true, ms: 0 })
  })

  test('issue 5 Limits: what an operation did not come to is given back with the next one, and no tenth of it is spared', async () => {
    const query = '{ tickets(first: 100, filter: { search: "nothingofthekind" }) { nodes { number subject } } }'
    const first = costOf((await program.graphql(query)).text)
    expect(first).toEqual({ requested: 301, actual: 31, available: 60_000 - 31, refill: 1000 })
    await sql(`update rate_limit set expire = $1 where key like 'api cost%'`, [Date.now() + 30_000])
    const { available } = costOf((await program.graphql('{ viewer { name } }')).text)
    expect(available).toBeGreaterThanOrEqual(30_000 + 270 - 2)
  })

  test('issue 5 Limits: it is given back once, and not after the bucket is full anyway', () => {
    const unspent = new Unspent()
    unspent.add('ann', 10, 0)
    unspent.add('ann', 5, 1000)
    unspent.add('bo', 7, 2000)
    expect([unspent.take('ann', 3000), unspent.take('ann', 3000)]).toEqual([15, 0])
    unspent.add('eve', 1, 62_000)
    expect([unspent.take('bo', 62_000), unspent.take('eve', 122_000)]).toEqual([0, 0])
  })

  test('issue 5 Limits: whoever reads one conversation after the other by whole pages is not stopped', async () => {
    const [row] = await sql(
      `select number from ticket t join person p on p.id = t.requester_id where p.email = 'ann@acme.example' limit 1`,
    )
    const query = `query ($number: Int!) { ticket(number: $number) { subject
      messages(last: 100) { nodes { text html author { name } attachments { filename size url } } } events(last: 100) { nodes { type from to actor { name } } } } }`
    for (let at = 0; at < 100; at++)
      expect([at, (await program.graphql(query, { number: row?.number })).status]).toEqual([at, 200])
  })

  test('issue 5 Limits: it takes one statement; pages take none', async () => {
    const limitsOf = async (work: () => Promise<unknown>) =>
      (await statementsOf(work)).statements.filter(({ text }) => /rate_limit/.test(text)).length
    expect(await limitsOf(() => program.graphql('{ viewer { name } }'))).toBe(1)
    expect(await limitsOf(() => program.graphql('{ viewer { '))).toBe(1)
    expect(await limitsOf(() => as('ann').visit('/tickets'))).toBe(0)
  })
})

describe('refusals', () => {
  test('issue 5 Limits: whatever an operation waits for, it is answered after ten seconds', {
    timeout: 30_000,
  }, async () => {
    const holder = new pg.Client({ connectionString: plaindesk.config.databaseUrl ?? '' })
    await holder.connect()
    await holder.query('begin; lock table category in access exclusive mode')
    try {
      const { status, errors, text, header } = await program.graphql('{ categories { id } }')
      expect([status, errors[0]?.extensions]).toEqual([400, { code: 'QUERY_TOO_COMPLEX', limit: 'time', max: 10 }])
      expect(costOf(text)).toEqual({ requested: 2, actual: 2, available: 59_998, refill: 1000 })
      expect(header('ratelimit-remaining')).toBe('599')
    } finally {
      await holder.end()
    }
    expect((await program.graphql('{ categories { id } }')).errors).toEqual([])
  })

  test('issue 5 Limits: lists without pages end at so many fields of an answer', async () => {
    await sql(`
      insert into person (id, email, name, role, wants_status_mail, wants_weekly_report, created_at, organization_id)
        select gen_random_uuid(), 'p' || n || '@acme.example', 'P', 'CUSTOMER', false, false, now(), (select organization_id from person where email = 'ann@acme.example')
        from generate_series(1, 60) n;
      insert into ticket (id, subject, status, priority, requester_id, organization_id, requester_proven, created_at, updated_at, touched_at, last_message_at)
        select gen_random_uuid(), 'many', 'NEW', 'NORMAL', id, organization_id, true, now(), now(), now(), now() from person, generate_series(1, 100) n where email = 'ann@acme.example'`)
    const fields =
      'id email name isTeam isConfirmed isDisabled mayMerge mayPutBackOnList maySendResetLink mayResendInvitation'
    const query = `{ tickets(first: 100) { nodes { participantChoices { ${fields} } } } }`
    const { code, errors, text } = await api(await token('dana')).graphql(query)
    expect(code).toBe('QUERY_TOO_COMPLEX')
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'QUERY_TOO_COMPLEX', limit: 'fields', max: 40_000 },
    ])
    expect(costOf(text).requested).toBeLessThan(2000)
  })

  test('issue 5 Limits: what a field is asked too often names its limit, and when to come back', async () => {
    const mail = 'mutation { forgotPassword(input: { email: "nobody@globex.example" }) { userErrors { code } } }'
    for (let at = 0; at < 5; at++) expect((await stranger().graphql(mail)).errors).toEqual([])
    const { status, data, errors, header } = await stranger().graphql(mail)
    expect([status, data]).toEqual([200, null])
    expect(errors[0]?.extensions).toEqual({
      code: 'RATE_LIMITED',
      limit: 'link-mails',
      max: 5,
      retryAfter: expect.any(Number),
    })
    expect(header('retry-after')).toBe(String(errors[0]?.extensions.retryAfter))
  })

  test('issue 5 Limits: so do passwords that are tried', async () => {
    const guess =
      'mutation { createToken(input: { name: "x", scopes: [ADMIN], currentPassword: "guessed" }) { userErrors { code } } }'
    const limited = async (tries: number): Promise<Awaited<ReturnType<typeof program.graphql>>> => {
      const reply = await as('eve').graphql(guess)
      return reply.code === 'RATE_LIMITED' || tries === 0 ? reply : limited(tries - 1)
    }
    const { errors, header } = await limited(20)
    expect(errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', limit: 'attempts', retryAfter: expect.any(Number) })
    expect(header('retry-after')).toBe(String(errors[0]?.extensions.retryAfter))
  })

  test('issue 5 Limits: so do uploads', async () => {
    const file = { filename: 'x.txt', content: 'x' }
    await program.upload(file)
    await sql(`update rate_limit set points = 300 where key like 'uploads%'`)
    const { status, json } = await program.upload(file)
    expect(status).toBe(429)
    expect(json.errors[0].extensions).toEqual({
      code: 'RATE_LIMITED',
      limit: 'uploads',
      max: 300,
      retryAfter: expect.any(Number),
    })
  })
})
