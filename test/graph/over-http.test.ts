// The GraphQL-over-HTTP specification's own audits, against the running portal as a customer's program.
import { serverAudits } from 'graphql-http'
import { expect, test } from 'vitest'
import { world } from '../world.ts'

const { url, token } = await world()
const secret = await token('ann', ['TICKETS_READ'])

const audits = serverAudits({
  url: `${url}/graphql`,
  fetchFn: (address: string, init: RequestInit = {}) =>
    fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${secret}` } }),
})

const by400 = 'product §9: what cannot be run is a 400 for every client; README, "Decisions"'
const noGet = 'A GET is the explorer’s: what an address holds is kept by logs and histories'
/** What the specification recommends or allows and we do not, with the reason. */
const otherwise: Record<string, string> = {
  '572B': by400,
  FDE2: by400,
  '7B9B': by400,
  '5A70': noGet,
  D6D5: noGet,
  '6A70': noGet,
}

test.each(audits.map(audit => [audit.name, audit] as const))(
  'GraphQL over HTTP: the server %s',
  async (_name, audit) => {
    const { status, ...told } = await audit.fn()
    const { [audit.id]: reason } = otherwise
    if (!reason) return expect({ status, ...told }).toMatchObject({ status: 'ok' })
    expect([status, reason]).toEqual([expect.stringMatching(/warn|notice/), reason])
  },
)

test('GraphQL over HTTP: only what is recommended or allowed is done otherwise, and nothing that no audit knows', () => {
  const names = Object.keys(otherwise).map(id => audits.find(audit => audit.id === id)?.name)
  for (const name of names) expect(name).toMatch(/^(SHOULD|MAY) /)
})

test.each([
  ['no JSON', { 'content-type': 'application/json' }, '{ "query'],
  ['no operation', { 'content-type': 'application/json' }, '{}'],
  [
    'another site',
    { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
    '{"query": "{ viewer { name } }"}',
  ],
])(
  'GraphQL over HTTP: also a refusal (%s) is of the media type that the client asked for',
  async (_what, headers, body) => {
    const accept = 'application/graphql-response+json'
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: { ...headers, accept }, body })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.headers.get('content-type')).toMatch(/^application\/graphql-response\+json/)
    expect(await answer.json()).toEqual({ errors: [expect.objectContaining({ extensions: expect.anything() })] })
  },
)
