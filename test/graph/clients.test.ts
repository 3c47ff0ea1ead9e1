// The API through clients that others wrote, as programs use it: sign in by token, open a ticket with a file, page through
// the list, be told what to put right, be refused.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'
import { Client, fetchExchange } from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { ClientError, GraphQLClient } from 'graphql-request'
import { beforeAll, describe, expect, test } from 'vitest'
import { newFolder } from '../kit/folder.ts'
import { world } from '../world.ts'

const { url, token, sql } = await world()
const endpoint = `${url}/graphql`
const bearer = { authorization: `Bearer ${await token('bo')}` }
const readOnly = { authorization: `Bearer ${await token('bo', ['TICKETS_READ'])}` }

const CREATE = `mutation Create($input: CreateTicketInput!) {
  createTicket(input: $input) {
    ticket { id number subject messages(first: 1) { nodes { id attachments { id filename size url } } } }
    userErrors { code field message }
  }
}`
const LIST = `query List($first: Int, $after: String) {
  tickets(first: $first, after: $after, orderBy: CREATED_AT_ASC) {
    edges { cursor node { id number } } pageInfo { hasNextPage endCursor }
  }
}`

/** A client as this suite uses it. A refusal throws the code that the client gives its caller. */
interface Program {
  create(input: object, headers?: Record<string, string>): Promise<Data>
  /** The numbers of all tickets, read two at a time, as the client itself puts the pages together. */
  numbers(): Promise<number[]>
}
// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
type Data = any
class Refused extends Error {}

const numbersOf = (data: Data): number[] => data.tickets.edges.map(({ node }: Data) => node.number)

function byGraphqlRequest(): Program {
  const client = new GraphQLClient(endpoint, { headers: bearer })
  const ask = async (document: string, variables: object, headers = {}): Promise<Data> => {
    try {
      return await client.request(document, { ...variables }, headers)
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      throw new Refused(String(error.response.errors?.[0]?.extensions.code))
    }
  }
  return {
    create: async (input, headers) => (await ask(CREATE, { input }, headers)).createTicket,
    async numbers() {
      const found: number[] = []
      for (let after: string | null = null, hasMore = true; hasMore; ) {
        const data: Data = await ask(LIST, { first: 2, after })
        found.push(...numbersOf(data))
        ;({ endCursor: after, hasNextPage: hasMore } = data.tickets.pageInfo)
      }
      return found
    },
  }
}

function byApollo(): Program {
  const cache = new InMemoryCache({ typePolicies: { Query: { fields: { tickets: relayStylePagination() } } } })
  const client = new ApolloClient({ link: new HttpLink({ uri: endpoint, headers: bearer }), cache })
  const list = gql(LIST)
  const told = (error: unknown): never => {
    if (!CombinedGraphQLErrors.is(error)) throw error
    throw new Refused(String(error.errors[0]?.extensions?.code))
  }
  return {
    async create(input, headers) {
      const asked = { mutation: gql(CREATE), variables: { input }, context: { headers: { ...bearer, ...headers } } }
      const { data }: Data = await client.mutate(asked).catch(told)
      return data.createTicket
    },
    async numbers() {
      for (let after: string | null = null, hasMore = true; hasMore; ) {
        const asked = { query: list, variables: { first: 2, after }, fetchPolicy: 'network-only' } as const
        const { data }: Data = await client.query(asked)
        ;({ endCursor: after, hasNextPage: hasMore } = data.tickets.pageInfo)
      }
      return numbersOf(client.readQuery({ query: list }))
    },
  }
}

function byUrql(): Program {
  const client = new Client({
    url: endpoint,
    preferGetMethod: false, // it would ask short queries by GET, which is the explorer's here
    exchanges: [cacheExchange({ resolvers: { Query: { tickets: relayPagination() } } }), fetchExchange],
    fetchOptions: { headers: bearer },
  })
  return {
    async create(input, headers) {
      const fetchOptions = { headers: { ...bearer, ...headers } }
      const { data, error } = await client.mutation(CREATE, { input }, { fetchOptions }).toPromise()
      if (error) throw new Refused(String(error.graphQLErrors[0]?.extensions.code))
      return data.createTicket
    },
    async numbers() {
      for (let after: string | null = null; ; ) {
        const { data, error }: Data = await client.query(LIST, { first: 2, after }).toPromise()
        if (error) throw error
        if (!data.tickets.pageInfo.hasNextPage) return numbersOf(data)
        after = data.tickets.pageInfo.endCursor
      }
    },
  }
}

const run = promisify(execFile)
let folder = ''
beforeAll(async () => {
  folder = newFolder('curl')
})
const curl = async (...args: string[]): Promise<string> =>
  (await run('curl', ['--silent', '--show-error', ...args])).stdout
const hasCurl = await curl('--version').then(
  () => true,
  () => false,
)

function byCurl(): Program {
  const ask = async (query: string, variables: object, headers: Record<string, string> = {}): Promise<Data> => {
    const lines = Object.entries({ ...bearer, ...headers }).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const body = JSON.stringify({ query, variables })
    const { data, errors } = JSON.parse(
      await curl(endpoint, ...lines, '-H', 'Content-Type: application/json', '-d', body),
    )
    if (errors) throw new Refused(errors[0].extensions.code)
    return data
  }
  return {
    create: async (input, headers) => (await ask(CREATE, { input }, headers)).createTicket,
    async numbers() {
      const found: number[] = []
      for (let after: string | null = null, hasMore = true; hasMore; ) {
        const data = await ask(LIST, { first: 2, after })
        found.push(...numbersOf(data))
        ;({ endCursor: after, hasNextPage: hasMore } = data.tickets.pageInfo)
      }
      return found
    },
  }
}

/** `POST /uploads` is plain multipart: every language has it, and so has every shell. */
async function upload(filename: string, content: string): Promise<string> {
  const body = new FormData()
  body.set('file', new Blob([content]), filename)
  const answer = await fetch(`${url}/uploads`, { method: 'POST', headers: bearer, body })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

const programs: [string, () => Program][] = [
  ['graphql-request', byGraphqlRequest],
  ['Apollo Client', byApollo],
  ['urql', byUrql],
  ...(hasCurl ? [['curl', byCurl] satisfies [string, () => Program]] : []),
]

describe.each(programs)('%s', (name, make) => {
  const program = make()

  test('§4.6 §8: opens a ticket with a file, which the same token downloads', async () => {
    const attachments = [await upload('log.txt', `by ${name}`)]
    const { ticket, userErrors } = await program.create({ subject: `By ${name}`, message: 'See the file', attachments })
    expect(userErrors).toEqual([])
    expect(ticket.subject).toBe(`By ${name}`)
    const [attachment] = ticket.messages.nodes[0].attachments
    expect(attachment).toMatchObject({ filename: 'log.txt', size: `by ${name}`.length })
    expect(await (await fetch(attachment.url, { headers: bearer })).text()).toBe(`by ${name}`)
  })

  test('§8: pages through a connection, each ticket once, in order', async () => {
    for (const at of [1, 2, 3]) await program.create({ subject: `Page ${at} by ${name}`, message: 'x' })
    const rows = await sql<{ number: number }>(
      `select number from ticket where requester_id = (select id from person where email = 'bo@acme.example')
         or id in (select ticket_id from ticket_participant join person p on p.id = user_id where p.email = 'bo@acme.example')
         order by created_at, id`,
    )
    expect(await program.numbers()).toEqual(rows.map(({ number }) => number))
  })

  test('§8: is told what to put right, with code and field', async () => {
    const { ticket, userErrors } = await program.create({ subject: ' ', message: '' })
    expect(ticket).toBeNull()
    expect(userErrors).toMatchObject([
      { code: 'REQUIRED', field: 'subject' },
      { code: 'REQUIRED', field: 'message' },
    ])
  })

  test('§8: is refused with the code: a token that may only read, one that is none', async () => {
    const input = { subject: 'Refused', message: 'x' }
    await expect(program.create(input, readOnly)).rejects.toThrow(new Refused('FORBIDDEN'))
    expect(await sql(`select 1 from ticket where subject = 'Refused'`)).toEqual([])
  })
})

test.runIf(hasCurl)('§4.6: a shell script sends a file and gets it back', async () => {
  const [sent, got] = [join(folder, 'from a shell.txt'), join(folder, 'got.txt')]
  await writeFile(sent, 'by a shell')
  const authorization = `Authorization: ${bearer.authorization}`
  const { id } = JSON.parse(await curl('-H', authorization, '-F', `file=@${sent}`, `${url}/uploads`))
  const { ticket } = await byCurl().create({ subject: 'From a shell', message: 'See the file', attachments: [id] })
  await curl('-H', authorization, '-o', got, ticket.messages.nodes[0].attachments[0].url)
  expect(await readFile(got, 'utf8')).toBe('by a shell')
})

test('§8: a token that is none is refused with 401 before anything is looked at', async () => {
  const client = new GraphQLClient(endpoint, { headers: { authorization: 'Bearer pd_nonsense' } })
  const error = await client.request('{ viewer { name } }').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ClientError)
  expect(error).toMatchObject({ response: { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } })
})
