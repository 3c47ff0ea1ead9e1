// Product §8: what outside programs rely on.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { printedSchema } from '../../src/schema.ts'
import { multipart } from '../kit/body.ts'
import { people } from '../kit/cast.ts'
import { headerOf } from '../kit/http.ts'
import { statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'

const { as, stranger, plaindesk, api, token, sql, url, clock } = await world()

const createTicket =
  'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { id number subject status } userErrors { code field message } } }'
const comment =
  'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { ticket { number status } message { id text attachments { filename contentType size url } } userErrors { code field message } } }'
const open = async (subject: string): Promise<number> =>
  (await as('ann').graphql(createTicket, { input: { subject, message: 'First' } })).data.createTicket.ticket.number

describe('the schema', () => {
  test('§8: `schema.graphql` is what the code says; `npm run schema` writes it anew', () => {
    expect(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8').trim()).toBe(
      printedSchema(plaindesk.schema).trim(),
    )
  })

  test('§8: every type, field, argument and enum value has a description', () => {
    const types = Object.values(plaindesk.schema.getTypeMap()).filter(
      type => !type.name.startsWith('__') && !['String', 'Int', 'Boolean', 'ID', 'Float'].includes(type.name),
    )
    const missing = types.flatMap(type => {
      const fields = 'getFields' in type ? Object.values(type.getFields()) : []
      const values = 'getValues' in type ? type.getValues() : []
      const args = fields.flatMap(field =>
        'args' in field
          ? field.args.map((argument: { name: string; description?: string | null }) => [
              `${type.name}.${field.name}(${argument.name})`,
              argument.description,
            ])
          : [],
      )
      return [
        [type.name, type.description],
        ...fields.map(field => [`${type.name}.${field.name}`, field.description]),
        ...values.map(value => [`${type.name}.${value.name}`, value.description]),
        ...args,
      ].filter(([, description]) => !description)
    })
    expect(missing.map(([name]) => name)).toEqual([])
  })

  test('§8: descriptions are sentences without our own shorthand; what takes an id says that it is one', () => {
    const faults: string[] = []
    const look = (name: string, type: unknown, description = '') => {
      if (!/[.!…)]$/.test(description) || /\b[VH]\d+\b|§/.test(description)) faults.push(`${name}: ${description}`)
      if (/^\[?ID\b/.test(String(type)) && !/\bids?\b/i.test(description)) faults.push(`${name}, an id: ${description}`)
    }
    for (const type of Object.values(plaindesk.schema.getTypeMap())) {
      if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue
      look(type.name, null, type.description ?? '')
      if (isEnumType(type))
        for (const value of type.getValues()) look(`${type.name}.${value.name}`, null, value.description ?? '')
      if (isInputObjectType(type))
        for (const field of Object.values(type.getFields()))
          look(`${type.name}.${field.name}`, field.type, field.description ?? '')
      if (!isObjectType(type) && !isInterfaceType(type)) continue
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, null, field.description ?? '')
        for (const each of field.args)
          look(`${type.name}.${field.name}(${each.name})`, each.type, each.description ?? '')
      }
    }
    expect(faults).toEqual([])
  })

  test('§8: introspection needs somebody signed in; customers may (ASVS 4.3.2)', async () => {
    expect((await stranger().graphql('{ __schema { queryType { name } } }')).code).toBe('UNAUTHENTICATED')
    expect((await stranger().graphql('{ viewer { name } x: __type(name: "User") { name } }')).code).toBe(
      'UNAUTHENTICATED',
    )
    expect(
      (await stranger().graphql('query Q { ...F } fragment F on Query { __schema { types { name } } }')).code,
    ).toBe('UNAUTHENTICATED')
    expect((await stranger().graphql('{ viewer { __typename } }')).code).toBeNull()
    expect((await as('ann').graphql('{ __schema { queryType { name } } }')).data.__schema.queryType.name).toBe('Query')
  })

  test('§8: the names that outside programs rely on are there', () => {
    const { schema } = plaindesk
    const fieldsOf = (name: string) => {
      const type = schema.getType(name)
      return type && 'getFields' in type ? Object.keys(type.getFields()) : []
    }
    expect(fieldsOf('TicketFilter')).toEqual(
      expect.arrayContaining([
        'status',
        'search',
        'updatedSince',
        'createdSince',
        'assignee',
        'requester',
        'organization',
        'category',
        'tag',
        'overdue',
      ]),
    )
    expect(fieldsOf('Ticket')).toEqual(
      expect.arrayContaining([
        'id',
        'number',
        'subject',
        'status',
        'priority',
        'category',
        'requester',
        'assignee',
        'organization',
        'tags',
        'requesterProven',
        'createdAt',
        'updatedAt',
        'firstResponseAt',
        'doneAt',
        'closedAt',
        'messages',
        'events',
        'url',
      ]),
    )
    expect(fieldsOf('Message')).toEqual(
      expect.arrayContaining(['id', 'author', 'text', 'html', 'visibility', 'channel', 'createdAt', 'attachments']),
    )
    expect(fieldsOf('Attachment')).toEqual(expect.arrayContaining(['id', 'filename', 'contentType', 'size', 'url']))
    for (const name of Object.keys(schema.getMutationType()?.getFields() ?? {})) {
      const field = schema.getMutationType()?.getFields()[name]
      expect(
        field?.args.map(argument => [argument.name, String(argument.type)]),
        name,
      ).toEqual([['input', `${name[0]?.toUpperCase()}${name.slice(1)}Input!`]])
      expect(fieldsOf(String(field?.type).replace('!', '')), name).toContain('userErrors')
    }
  })
})

describe('lists', () => {
  test('§8: pages forward and back meet all tickets once, in order', async () => {
    for (let i = 0; i < 7; i++) await open(`Page ${i}`)
    const all = (
      await as('ann').graphql('{ tickets(first: 100, orderBy: CREATED_AT_ASC) { nodes { number } totalCount } }')
    ).data.tickets
    const walk = async (
      size: 'first' | 'last',
      edge: 'after' | 'before',
      info: 'hasNextPage' | 'hasPreviousPage',
      cursor: 'endCursor' | 'startCursor',
    ) => {
      const pages: number[][] = []
      for (let at: string | null = null; pages.length < 50; ) {
        const { data }: { data: { tickets: { nodes: { number: number }[]; pageInfo: Record<string, never> } } } =
          await as('ann').graphql(
            `query ($at: String) { tickets(${size}: 3, ${edge}: $at, orderBy: CREATED_AT_ASC) { nodes { number } pageInfo { ${info} ${cursor} } } }`,
            { at },
          )
        pages.push(data.tickets.nodes.map(ticket => ticket.number))
        at = data.tickets.pageInfo[cursor] ?? null
        if (!data.tickets.pageInfo[info]) break
      }
      return pages
    }
    const numbers = all.nodes.map((ticket: { number: number }) => ticket.number)
    expect((await walk('first', 'after', 'hasNextPage', 'endCursor')).flat()).toEqual(numbers)
    expect((await walk('last', 'before', 'hasPreviousPage', 'startCursor')).reverse().flat()).toEqual(numbers)
    expect(all.totalCount).toBe(numbers.length)
  })

  test('§8: edges and nodes say the same; a cursor of another list is refused', async () => {
    const { data } = await as('ann').graphql(
      '{ tickets(first: 2) { edges { cursor node { number } } nodes { number } pageInfo { startCursor endCursor } } }',
    )
    expect(data.tickets.edges.map((edge: { node: object }) => edge.node)).toEqual(data.tickets.nodes)
    expect(data.tickets.edges.at(-1).cursor).toBe(data.tickets.pageInfo.endCursor)
    const after = data.tickets.pageInfo.startCursor
    for (const rest of ['orderBy: CREATED_AT_ASC', 'filter: { status: [NEW] }', 'filter: { search: "page" }']) {
      expect(
        (
          await as('ann').graphql(
            `query ($after: String) { tickets(first: 2, after: $after, ${rest}) { nodes { number } } }`,
            { after },
          )
        ).code,
        rest,
      ).toBe('BAD_USER_INPUT')
    }
  })

  test.each([
    'first: 101',
    'last: 101',
    'first: -1',
    'first: 1, last: 1',
    'after: "nonsense"',
    'after: "W10="',
    'before: ""',
    'filter: { requester: "nonsense" }',
    'filter: { updatedSince: "yesterday" }',
  ])('§8, §9: tickets(%s) is BAD_USER_INPUT', async args => {
    const { status, code, text } = await as('ann').graphql(`{ tickets(${args}) { nodes { number } } }`)
    if (args === 'before: ""') return expect([null, 'BAD_USER_INPUT']).toContain(code)
    expect(code).toBe('BAD_USER_INPUT')
    expect([200, 400]).toContain(status)
    expect(text).not.toMatch(/node_modules|\.ts:|select /)
  })

  test.each([
    ['first: 101', '`first` does not fit: the limit is 100.'],
    ['before: "nonsense"', '`before` does not fit.'],
  ])('§8: the refusal of tickets(%s) says which argument and what the limit is', async (args, message) => {
    const { text } = await as('ann').graphql(`{ tickets(${args}) { nodes { number } } }`)
    expect(JSON.parse(text).errors[0].message).toBe(message)
  })

  test('§8: a script lists what changed since it last asked', async () => {
    const number = await open('Changed since')
    const since = new Date().toISOString()
    expect(
      (
        await as('ann').graphql(
          'query ($since: DateTime) { tickets(filter: { updatedSince: $since }) { nodes { number } } }',
          { since },
        )
      ).data.tickets.nodes,
    ).toEqual([])
    await as('ann').graphql(comment, { input: { number, message: 'changed' } })
    const changed = async () =>
      (
        await as('ann').graphql(
          'query ($since: DateTime) { tickets(filter: { updatedSince: $since }, orderBy: UPDATED_AT_ASC) { nodes { number } } }',
          { since },
        )
      ).data.tickets.nodes
    await expect.poll(changed).toEqual([{ number }]) // once nothing that began before is going on
  })

  test('§8: messages come oldest first, `last` asks for the newest', async () => {
    const number = await open('Messages')
    for (const message of ['two', 'three', 'four']) await as('ann').graphql(comment, { input: { number, message } })
    const { data } = await as('ann').graphql(
      'query ($number: Int!) { ticket(number: $number) { all: messages(first: 10) { totalCount nodes { text } } newest: messages(last: 2) { nodes { text } pageInfo { hasPreviousPage } } } }',
      { number },
    )
    expect(data.ticket.all).toEqual({ totalCount: 4, nodes: ['First', 'two', 'three', 'four'].map(text => ({ text })) })
    expect(data.ticket.newest).toEqual({
      nodes: [{ text: 'three' }, { text: 'four' }],
      pageInfo: { hasPreviousPage: true },
    })
  })

  test('§8: node(id:) reads whatever has an id again', async () => {
    const number = await open('By id')
    const { data } = await as('ann').graphql(
      'query ($number: Int!) { viewer { id } ticket(number: $number) { id messages(first: 1) { nodes { id } } events(first: 1) { nodes { id } } } categories { id } }',
      { number },
    )
    for (const id of [data.viewer.id, data.ticket.id, data.ticket.messages.nodes[0].id, data.categories[0].id]) {
      expect(
        (await as('ann').graphql('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).data.node,
      ).toMatchObject({ id })
    }
    for (const id of [
      '',
      'nonsense',
      'ticket_1',
      'ticket_00000000-0000-0000-0000-000000000000',
      'constructor_00000000-0000-0000-0000-000000000000',
    ])
      expect(await as('ann').graphql('query ($id: ID!) { node(id: $id) { id } }', { id })).toMatchObject({
        data: { node: null },
        code: null,
      })
  })
})

test('§8: nodes(ids:) reads many tickets and their messages by as many statements as one; 100 at most', async () => {
  const { data } = await as('dana').graphql(
    '{ tickets(first: 12) { nodes { id messages(first: 1) { nodes { id } } } } }',
  )
  const ids = data.tickets.nodes.flatMap(({ id, messages }: { id: string; messages: { nodes: { id: string }[] } }) => [
    id,
    ...messages.nodes.map(message => message.id),
  ])
  const query =
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Ticket { number requester { name } } ... on Message { text author { name } } } }'
  const ask = (some: string[]) => statementsOf(() => as('dana').graphql(query, { ids: some }))
  await ask(ids)
  const [few, many] = [await ask(ids.slice(0, 2)), await ask(ids)]
  expect(many.result.data.nodes.map((node: { id: string }) => node.id)).toEqual(ids)
  expect(many.statements.length).toBe(few.statements.length)
  const tooMany = await ask(Array.from({ length: 101 }, () => ids[0]))
  expect(tooMany.result.errors[0]?.message).toBe('`ids` does not fit: the limit is 100.')
})

describe('mistakes', () => {
  test('§8: what a person can put right comes as userErrors in their language', async () => {
    const { data, code } = await as('bo').graphql(createTicket, { input: { subject: ' ', message: '' } })
    expect(code).toBeNull()
    expect(data.createTicket.ticket).toBeNull()
    expect(data.createTicket.userErrors.map(({ code, field }: Record<string, string>) => ({ code, field }))).toEqual([
      { code: 'REQUIRED', field: 'subject' },
      { code: 'REQUIRED', field: 'message' },
    ])
    const german = await as('ann').graphql(createTicket, { input: { subject: ' ', message: 'x' } })
    expect(german.data.createTicket.userErrors[0].message).not.toBe(data.createTicket.userErrors[0].message)
  })

  test.each([
    ['malformed JSON', '{"query": "{ viewer', 'application/json'],
    ['an empty body', '', 'application/json'],
    ['JSON that is no object', '"hello"', 'application/json'],
    ['no operation', '{"query": ""}', 'application/json'],
    ['a syntax error', '{"query": "{ viewer { "}', 'application/json'],
    ['an unknown field', '{"query": "{ viewer { passwordHash } }"}', 'application/json'],
    ['a missing argument', '{"query": "{ ticket { number } }"}', 'application/json'],
    [
      'a wrong variable',
      '{"query": "query ($n: Int!) { ticket(number: $n) { number } }", "variables": {"n": "x"}}',
      'application/json',
    ],
    ['a number that is too large', '{"query": "{ ticket(number: 99999999999) { number } }"}', 'application/json'],
    [
      'two operations without a name',
      '{"query": "query A { viewer { name } } query B { viewer { name } }"}',
      'application/json',
    ],
    ['a list of operations', '[{"query": "{ viewer { name } }"},{"query": "{ viewer { name } }"}]', 'application/json'],
    ['a form', 'query={viewer{name}}', 'application/x-www-form-urlencoded'],
  ])('§9: %s is a 400 with a code and no stack trace', async (_what, body, type) => {
    const answer = await as('ann').raw('POST', '/graphql', { 'content-type': type }, body)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    const { errors } = JSON.parse(answer.body.toString())
    expect(errors[0].extensions.code).toMatch(/^(BAD_USER_INPUT|FORBIDDEN)$/)
    expect(answer.body.toString()).not.toMatch(/stacktrace|node_modules|\.ts:/)
  })

  test('§8: too deep, too many aliases, too costly, too long: each refusal names its limit', async () => {
    const deep = `{ tickets(first: 1) { nodes ${'{ messages(first: 1) { nodes { ticket '.repeat(12)} { number } ${'} } }'.repeat(12)} } }`
    const aliases = `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: viewer { name }`).join(' ')} }`
    const costly =
      '{ tickets(first: 100) { nodes { messages(first: 100) { nodes { author { name } attachments { id } } } events(first: 100) { nodes { id type } } } } }'
    for (const [query, limit] of [
      [deep, /depth/],
      [aliases, /alias/],
      [costly, /cost/],
    ] as const) {
      const { status, code, errors } = await as('ann').graphql(query)
      expect([status, code]).toEqual([400, 'QUERY_TOO_COMPLEX'])
      expect(errors[0]?.message).toMatch(limit)
      expect(errors[0]?.message).toMatch(/\d/)
    }
    const long = await as('ann').graphql(`{ viewer { ${'name '.repeat(5000)} } }`)
    expect([long.status, long.code]).toEqual([400, expect.stringMatching(/BAD_USER_INPUT|QUERY_TOO_COMPLEX/)])
    const huge = await as('ann').raw(
      'POST',
      '/graphql',
      { 'content-type': 'application/json' },
      JSON.stringify({ query: '{ viewer { name } }', variables: { x: 'x'.repeat(3_000_000) } }),
    )
    expect(huge.status).toBe(413)
  })

  test('§8: a fragment that spreads itself, or a hundred nested ones, do not bring the server down', async () => {
    const circle = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'
    expect((await as('ann').graphql(circle)).status).toBe(400)
    const chain = `{ ...F0 } ${Array.from({ length: 200 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F200 on Query { viewer { name } }`
    expect([200, 400]).toContain((await as('ann').graphql(chain)).status)
  })

  test('§9: values that PostgreSQL cannot read are bad input, not a fault and not a database that is away', async () => {
    const cursor = (...values: unknown[]) =>
      Buffer.from(JSON.stringify(['OPEN_FIRST', '', ...values])).toString('base64url')
    for (const after of [cursor(true, 1, 2), cursor(1, 'x', 'y'), cursor(true, '\0', 'x')]) {
      const { code, status } = await as('ann').graphql(
        'query ($after: String) { tickets(after: $after) { nodes { id } } }',
        { after },
      )
      expect([code, status]).toEqual(['BAD_USER_INPUT', 200])
    }
    const { code, status } = await as('ann').graphql(
      'mutation { joinList(input: { idempotencyKey: "a\\u0000b" }) { userErrors { code } } }',
    )
    expect([code, status]).toEqual(['BAD_USER_INPUT', 200])
  })

  test('§8: an error of ours is masked: an id, nothing else', async () => {
    await sql('alter table category rename to category_away')
    try {
      const { status, errors, text } = await as('ann').graphql('{ categories { id } }')
      expect([200, 500]).toContain(status)
      expect(errors[0]?.extensions).toEqual({ code: 'INTERNAL', id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
      expect(text).not.toMatch(/category_away|relation|select|node_modules/)
      const page = await stranger().visit('/tickets/new')
      expect(page.status).toBe(500)
      expect(page.main).toMatch(/[0-9a-f-]{36}/)
      expect(page.html).not.toMatch(/relation|select |node_modules/)
    } finally {
      await sql('alter table category_away rename to category')
    }
  })

  test('§8: several mutations run in order, each in its own transaction', async () => {
    const { data, errors } = await as('ann').graphql(
      `mutation { a: createTicket(input: { subject: "one of two", message: "x" }) { ticket { number } } b: commentOnTicket(input: { number: 99999999, message: "x" }) { ticket { number } } }`,
    )
    expect(errors[0]?.extensions.code).toBe('NOT_FOUND')
    expect(await sql(`select 1 from ticket where subject = 'one of two'`)).toHaveLength(1)
    expect(data === null || data.a !== undefined).toBe(true)
  })
})

describe('idempotency', () => {
  test('§8: same key, same person: same result; other content: IDEMPOTENCY_CONFLICT; another person: their own', async () => {
    const input = { subject: 'Once', message: 'x', idempotencyKey: 'key-1' }
    const first = await as('ann').graphql(createTicket, { input })
    const second = await as('ann').graphql(createTicket, { input })
    expect(second.data).toEqual(first.data)
    expect(await sql(`select 1 from ticket where subject = 'Once'`)).toHaveLength(1)
    const other = await as('ann').graphql(createTicket, { input: { ...input, message: 'y' } })
    expect(other.data.createTicket.userErrors[0]).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
      field: 'idempotencyKey',
    })
    const bo = await as('bo').graphql(createTicket, { input })
    expect(bo.data.createTicket.ticket.number).not.toBe(first.data.createTicket.ticket.number)
  })

  test('§8: ten at once make one', async () => {
    const input = { subject: 'Ten at once', message: 'x', idempotencyKey: 'key-10' }
    const replies = await Promise.all(Array.from({ length: 10 }, () => as('ann').graphql(createTicket, { input })))
    expect(new Set(replies.map(reply => reply.data?.createTicket.ticket?.number)).size).toBe(1)
    expect(await sql(`select 1 from ticket where subject = 'Ten at once'`)).toHaveLength(1)
  })

  test('§8: after 24 hours a key is free again', async () => {
    const input = { subject: 'Daily', message: 'x', idempotencyKey: 'key-24' }
    await as('ann').graphql(createTicket, { input })
    clock.forward({ hours: 25 })
    try {
      await as('ann').graphql(createTicket, { input })
      expect(await sql(`select 1 from ticket where subject = 'Daily'`)).toHaveLength(2)
    } finally {
      clock.reset()
    }
  })
})

describe('files', () => {
  test('§8: POST /uploads answers id, name, type and size; the id goes into a mutation', async () => {
    const { status, json } = await as('ann').upload({
      filename: 'notes.txt',
      content: 'hello',
      contentType: 'application/pdf',
    })
    expect([200, 201]).toContain(status)
    expect(json).toEqual({
      id: expect.stringMatching(/^attachment_/),
      filename: 'notes.txt',
      contentType: 'text/plain',
      size: 5,
    })
    const number = await open('With a file')
    const { data } = await as('ann').graphql(comment, { input: { number, attachments: [json.id] } })
    expect(data.commentOnTicket.message).toMatchObject({
      text: '',
      attachments: [{ filename: 'notes.txt', contentType: 'text/plain', size: 5 }],
    })
    const link = data.commentOnTicket.message.attachments[0].url
    expect((await as('ann').visit(link)).html).toBe('hello')
    const twice = await as('ann').graphql(comment, { input: { number, attachments: [json.id] } })
    expect(twice.data.commentOnTicket.userErrors[0].code).toBe('UNKNOWN_ATTACHMENT')
  })

  test('§8: strangers may not upload (401); a cookie needs the preflight header; a token does not', async () => {
    const file = { filename: 'x.txt', content: 'x' }
    expect((await api(null).upload(file)).status).toBe(401)
    expect([400, 403]).toContain((await as('ann').upload(file, { 'apollo-require-preflight': '' })).status)
    expect([200, 201]).toContain((await api(await token('ann', ['TICKETS_WRITE'])).upload(file)).status)
    expect((await api(await token('ann', ['TICKETS_READ'])).upload(file)).status).toBe(403)
    expect((await as('cem').upload(file)).status).toBe(403)
  })

  test('§8: whoever uploads too many is refused with 429 and Retry-After, all their doors together', async () => {
    const file = { filename: 'x.txt', content: 'x' }
    const send = async (headers: Record<string, string>) => {
      const { contentType, content } = multipart([['file', file]])
      return as('eve').raw('POST', '/uploads', { 'content-type': contentType, ...headers }, content)
    }
    expect((await send({ 'apollo-require-preflight': 'true' })).status).toBe(201)
    await sql(`update rate_limit set points = 300 where key like 'uploads%'`)
    const refused = await send({ 'apollo-require-preflight': 'true' })
    expect([refused.status, JSON.parse(refused.body.toString()).errors[0].extensions.code]).toEqual([
      429,
      'RATE_LIMITED',
    ])
    expect(Number(headerOf(refused, 'retry-after'))).toBeGreaterThan(0)
    expect((await api(await token('eve', ['TICKETS_WRITE'])).upload(file)).status).toBe(429)
    expect((await as('bo').upload(file)).status).toBe(201)
    await sql(`delete from rate_limit`)
  })

  test('§9: an upload that is too large, empty or not there is refused with a reason', async () => {
    for (const [file, code] of [
      [{ filename: 'big.bin', content: Buffer.alloc(26 * 1024 ** 2) }, /LARGE/],
      [{ filename: 'none.txt', content: '' }, /EMPTY/],
    ] as const) {
      const { status, json } = await as('ann').upload(file)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
      expect(JSON.stringify(json)).toMatch(code)
    }
    const { status } = await as('ann').raw(
      'POST',
      '/uploads',
      { 'apollo-require-preflight': 'true', 'content-type': 'multipart/form-data; boundary=x' },
      '--x--\r\n',
    )
    expect([400, 422]).toContain(status)
  })

  test('§8: an upload can be used for 24 hours', async () => {
    const { id } = (await as('ann').upload({ filename: 'late.txt', content: 'x' })).json
    const number = await open('Late file')
    clock.forward({ hours: 25 })
    try {
      expect(
        (await as('ann').graphql(comment, { input: { number, attachments: [id] } })).data.commentOnTicket.userErrors[0]
          .code,
      ).toBe('UNKNOWN_ATTACHMENT')
    } finally {
      clock.reset()
    }
  })
})

describe('doors', () => {
  test('§8: the cookie counts only for our own site, and only as JSON (ASVS 3.5.2)', async () => {
    const ask = (headers: Record<string, string>) =>
      as('ann').raw(
        'POST',
        '/graphql',
        { 'content-type': 'application/json', ...headers },
        JSON.stringify({ query: '{ viewer { email } }' }),
      )
    expect((await ask({})).status).toBe(200)
    expect((await ask({ origin: url })).status).toBe(200)
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const answer = await ask(headers as unknown as Record<string, string>)
      expect(answer.status).toBe(403)
      expect(answer.body.toString()).not.toContain(people.ann.email)
    }
    const plain = await as('ann').raw(
      'POST',
      '/graphql',
      { 'content-type': 'text/plain' },
      JSON.stringify({ query: '{ viewer { email } }' }),
    )
    expect(plain.status).toBeGreaterThanOrEqual(400)
    const get = await as('ann').raw('GET', `/graphql?query=${encodeURIComponent('{ viewer { email } }')}`)
    expect(get.body.toString()).not.toContain(people.ann.email)
  })

  test('§8: answers carry the usual rate-limit headers; over the limit: 429 with Retry-After', async () => {
    const secret = await token('dirk', ['TICKETS_READ'])
    const first = await api(secret).graphql('{ viewer { name } }')
    const limit = Number(first.header('ratelimit-limit'))
    expect(limit).toBeGreaterThan(0)
    expect(Number(first.header('ratelimit-remaining'))).toBeLessThan(limit)
    await sql(`update rate_limit set expire = $1 where key like 'api requests%'`, [Date.now() + 60_000])
    const refused = await api(secret).graphql('{ viewer { name } }')
    expect([refused.status, refused.code]).toEqual([429, 'RATE_LIMITED'])
    expect(Number(refused.header('retry-after'))).toBeGreaterThan(0)
    expect(refused.errors[0]?.message).toContain(String(limit))
    await sql(`delete from rate_limit`)
  })

  test('§8: a token lies in the database only as a hash, is shown once, and appears in no list', async () => {
    const secret = await token('ann')
    expect(secret).toMatch(/^pd_[\w-]{40,}$/)
    const rows = await sql('select row_to_json(t)::text as text from api_token t')
    expect(rows.map(row => row.text).join()).not.toContain(secret.slice(3))
    expect((await as('ann').graphql('{ tokens { id name scopes expiresAt } }')).text).not.toContain(secret.slice(3))
  })

  test('§3: a customer’s tokens are their own, an admin sees all', async () => {
    await token('ann')
    await token('bo')
    const mine = (await as('bo').graphql('{ tokens { name } }')).data.tokens
    expect(mine.every(({ name }: { name: string }) => name === 'for bo')).toBe(true)
    const names = (await as('ada').graphql('{ tokens { name } }')).data.tokens.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['for ann', 'for bo']))
  })
})
