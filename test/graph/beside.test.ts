// What comes along with a ticket in its one statement is as whole as what is read by itself, whatever is asked of it.
import { getNamedType, isLeafType, isObjectType } from 'graphql'
import { beforeEach, expect, test } from 'vitest'
import { statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'
import { things } from './things.ts'

const opened = await world()
const { plaindesk, api, token, sql, as } = opened
await things(opened)
const dana = api(await token('dana'))
const numberOf = async (subject: string) =>
  Number((await sql<{ number: number }>('select number from ticket where subject = $1', [subject]))[0]?.number)
const [rich, split, done] = [await numberOf('Rich'), await numberOf('Split'), await numberOf('Done')]
beforeEach(() => sql('delete from rate_limit'))

/** All that a type has without arguments; of what it leads to the id. */
function whole(name: string): string {
  const type = plaindesk.schema.getType(name)
  if (!isObjectType(type)) throw new Error(`no type ${name}`)
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0)
  return fields.map(({ name, type }) => (isLeafType(getNamedType(type)) ? name : `${name} { __typename }`)).join(' ')
}
const ticket = whole('Ticket')

/** By their own ids, where nothing comes along with anything else. */
async function byThemselves(type: string, ids: string[]) {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { ${whole(type)} } } }`
  const { data, errors } = await dana.graphql(query, { ids })
  expect(errors).toEqual([])
  return data.nodes
}

test.each([
  ['links', rich],
  ['merged', rich],
  ['followUpOf', rich],
  ['followUps', rich],
  ['splitFrom', split],
])('§8: every field of a ticket’s %s is what that ticket has', async (name, number) => {
  const { data, errors } = await dana.graphql(`{ ticket(number: ${number}) { ${name} { ${ticket} } } }`)
  expect(errors).toEqual([])
  const found = [data.ticket[name]].flat()
  expect(found.length).toBeGreaterThan(0)
  expect(found).toEqual(
    await byThemselves(
      'Ticket',
      found.map(({ id }) => id),
    ),
  )
})

test('§8: so is every field of its rating, of whoever was on copy, of the mail that a message came by', async () => {
  const { data, errors } = await dana.graphql(
    `{ done: ticket(number: ${done}) { rating { ${whole('Rating')} ticket { number } }
         messages(first: 20) { nodes { mail { ${whole('IncomingMail')} } } } }
       rich: ticket(number: ${rich}) { proposals { ${whole('ParticipantProposal')} } } }`,
  )
  expect(errors).toEqual([])
  expect(data.done.rating).toMatchObject({ createdAt: expect.any(String), ticket: { number: done } })
  expect(data.done.messages.nodes[0].mail).toMatchObject({ receivedAt: expect.any(String) })
  expect(data.rich.proposals).toHaveLength(1)
})

test('§8: so are the people beside it: who looks, who drafts, who could take part', async () => {
  const { data, errors } = await dana.graphql(
    `{ ticket(number: ${rich}) { lookers { user { ${whole('User')} } } participantChoices { ${whole('User')} } drafts { ${whole('Draft')} } } }`,
  )
  expect(errors).toEqual([])
  const { lookers, participantChoices, drafts } = data.ticket
  const people = [...lookers.map(({ user }: { user: { id: string } }) => user), ...participantChoices]
  expect(lookers.length * participantChoices.length * drafts.length).toBeGreaterThan(0)
  expect(people).toEqual(
    await byThemselves(
      'User',
      people.map(({ id }) => id),
    ),
  )
})

test('§8: they cost the same whatever their number, below a list too', async () => {
  const query = `{ ticket(number: ${rich}) { links { number requester { name } organization { name } messages(first: 2) { nodes { text } } links { number } } } }`
  const count = async (text: string) => {
    const { result, statements } = await statementsOf(() => dana.graphql(text))
    expect(result.errors).toEqual([])
    return statements.length
  }
  const below = `{ tickets(first: 20) { nodes { links { number } merged { number } splitFrom { number } rating { score } proposals { address } } } }`
  const [few, fewBelow] = [await count(query), await count(below)]
  const numbers = await sql<{ number: number }>(
    `select number from ticket where number <> $1 and merged_into_id is null order by number limit 8`,
    [rich],
  )
  for (const { number } of numbers)
    await as('dana').graphql(
      `mutation { linkTickets(input: { number: ${rich}, to: ${number} }) { userErrors { code } } }`,
    )
  expect((await dana.graphql(`{ ticket(number: ${rich}) { links { id } } }`)).data.ticket.links.length).toBeGreaterThan(
    6,
  )
  expect([await count(query), await count(below)]).toEqual([few, fewBelow])
})
