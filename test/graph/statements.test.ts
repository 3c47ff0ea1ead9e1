// Issue 5, Limits: no N+1. What a list's children are is asked in one statement for all of them, whatever a client asks for.
import { type GraphQLField, getNamedType, isLeafType, isListType, isNonNullType, isObjectType } from 'graphql'
import { beforeEach, expect, test } from 'vitest'
import { seedBulk } from '../../src/seeds/bulk.ts'
import { people } from '../kit/cast.ts'
import { type Statement, statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'
import { cannedText, things } from './things.ts'

const opened = await world()
const { plaindesk, api, token, sql } = opened
await things(opened)
await seedBulk(plaindesk.config.databaseUrl ?? '', 300)
// Everybody has what most have not, so that nothing is spared by being empty.
await sql(`
  update ticket set merged_into_id = null;
  update person set organization_id = (select id from organization order by id limit 1) where role = 'CUSTOMER' and organization_id is null;
  insert into ticket_participant (ticket_id, user_id) select t.id, p.id from ticket t, person p where p.email = '${people.eve.email}' on conflict do nothing;
  update ticket set follow_up_of_id = (select id from ticket where subject = 'Rich') where subject <> 'Rich' and number % 3 = 0;
  analyze`)
const [ada, ann] = [api(await token('ada')), api(await token('ann', ['TICKETS_READ']))]
beforeEach(() => sql('delete from rate_limit'))

/** The text that was sent most often, and how often. */
function mostOften(statements: readonly Statement[]): [string, number] {
  const counts = Map.groupBy(statements, ({ text }) => text.replaceAll(/\$\d+/g, '?').replaceAll(/(\?, )+\?/g, '?…'))
  const [worst] = [...counts].toSorted(([, one], [, other]) => other.length - one.length)
  return [worst?.[0] ?? '', worst?.[1].length ?? 0]
}

const needed: Record<string, string> = {
  answerDraft: `(cannedText: "cannedText_${cannedText}")`,
  match: '(search: "the")',
  caller: `(email: "${people.ann.email}")`,
}
const isList = ({ type }: GraphQLField<unknown, unknown>) => isListType(isNonNullType(type) ? type.ofType : type)

/** All fields of a type, and of what they lead to; lists by pages of two. */
function everything(field: GraphQLField<unknown, unknown>, deep: number, size = 2): string {
  const type = getNamedType(field.type)
  const given = field.args.length > 0 ? needed[field.name] : undefined
  const call = field.name + (given ?? '')
  if (isLeafType(type)) return call
  if (!isObjectType(type)) return ''
  const required = field.args.some(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
  if (required && !given) return ''
  const fields = Object.values(type.getFields())
  const connection = fields.find(({ name }) => name === 'nodes')
  if (connection) {
    const inner = deep > 0 ? everything(connection, deep) : 'nodes { __typename }'
    return `${call}(first: ${size}) { ${inner} totalCount pageInfo { endCursor } }`
  }
  const inner = deep > 0 ? fields.map(each => everything(each, deep - 1)).join(' ') : '__typename'
  return `${call} { ${inner} }`
}

const lists = Object.values(plaindesk.schema.getQueryType()?.getFields() ?? {}).filter(field => {
  const type = getNamedType(field.type)
  return isObjectType(type) && (isList(field) || 'nodes' in type.getFields())
})

test.each(lists.map(field => [field.name, field] as const))(
  'issue 5 Limits: %s asks for things of twenty rows at once',
  async (_name, field) => {
    const document = (size: number) => `{ ${everything(field, 2, size)} }`
    const { result, statements } = await statementsOf(() => ada.graphql(document(20)))
    expect(result.errors.map(({ message, path }) => `${path}: ${message}`)).toEqual([])
    const [text, times] = mostOften(statements)
    // The same kind of thing stands at several places of a row; were it asked for each row, there were twenty.
    expect(times > 10 ? text : '').toBe('')
  },
)

test('issue 5 Limits: the costliest query that is allowed sends a handful of statements', async () => {
  const worst = `{ tickets(first: 100) { totalCount nodes { number requester { name organization { name } } assignee { name }
    messages(first: 20) { totalCount nodes { author { name } attachments { size } } } events(first: 20) { nodes { actor { name } } }
    participants { name } followUps { number } } } }`
  const { result, statements } = await statementsOf(() => ada.graphql(worst))
  expect(result.errors).toEqual([])
  const { cost } = JSON.parse(result.text).extensions
  expect(cost.requested).toBeGreaterThan(15_000)
  expect(statements.length).toBeLessThanOrEqual(14)
})

test('issue 5 Limits: likewise for customers', async () => {
  const query = `{ tickets(first: 100) { nodes { number messages(last: 20) { totalCount nodes { author { name } attachments { url } } } events(first: 5) { nodes { type } } followUpOf { number } } } }`
  const { result, statements } = await statementsOf(() => ann.graphql(query))
  expect(result.errors).toEqual([])
  expect(statements.length).toBeLessThanOrEqual(12)
})

test('issue 5 Limits: each ticket of a list has its own messages, in order, first and last ones, with their cursors', async () => {
  const ask = (how: string) =>
    ada.graphql(
      `{ tickets(first: 30) { nodes { number messages(${how}) { nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } } } }`,
    )
  const [first, last] = [await ask('first: 2'), await ask('last: 2')]
  for (const [at, ticket] of first.data.tickets.nodes.entries()) {
    const rows = await sql(
      `select m.id from message m join ticket t on t.id = m.ticket_id where t.number = $1 order by m.created_at, m.id`,
      [ticket.number],
    )
    const ids = rows.map(({ id }) => `message_${id}`)
    const of = (nodes: { id: string }[]) => nodes.map(({ id }) => id)
    expect(of(ticket.messages.nodes)).toEqual(ids.slice(0, 2))
    expect(ticket.messages.pageInfo.hasNextPage).toBe(ids.length > 2)
    expect(ticket.messages.totalCount).toBe(ids.length)
    expect(of(last.data.tickets.nodes[at].messages.nodes)).toEqual(ids.slice(-2))
    const { endCursor } = ticket.messages.pageInfo
    const { data } = await ada.graphql(
      `query ($number: Int!, $after: String) { ticket(number: $number) { messages(first: 1, after: $after) { nodes { id } } } }`,
      { number: ticket.number, after: endCursor },
    )
    expect(of(data.ticket.messages.nodes)).toEqual(ids.slice(2, 3))
  }
})
