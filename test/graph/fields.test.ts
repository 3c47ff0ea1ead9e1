// §3, §8: role × field. The table is fields.ts; who may run which operation is in kit/operations.ts, and who opens which
// page in site/site-map.ts.
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { beforeEach, describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { askers as allAskers, mutations, queries } from '../kit/operations.ts'
import { world } from '../world.ts'
import { askers, fields, nodes, ownTypes, ownValues, teamTypes } from './fields.ts'
import { cannedText, nodeIds, things } from './things.ts'

const opened = await world()
const { as, stranger, newcomer, plaindesk, sql, token, api } = opened
const readOnly = api(await token('ada', ['TICKETS_READ']))
await token('dana')
const places = await things(opened)
const ids = await nodeIds(opened)
const outsider = (await newcomer()).browser
beforeEach(() => sql('delete from rate_limit'))

const words = (text: string) => text.trim().split(/\s+/)
const typeNamed = (name: string): GraphQLObjectType => {
  const type = plaindesk.schema.getType(name)
  if (!isObjectType(type)) throw new Error(`no type ${name}`)
  return type
}
const sorted = (names: Iterable<string>) => [...names].sort()

describe('the table', () => {
  const isConnection = (name: string) => /Connection$|Edge$/.test(name)
  const isWrapping = (name: string) =>
    isConnection(name) || /Payload$/.test(name) || /^(PageInfo|UserError|TicketChange|AddedMessage)$/.test(name)

  test.each(Object.keys({ ...fields, ...ownTypes }))('§8: has every field of %s once (ASVS 8.1.2, 8.2.3)', name => {
    const listed = words(ownTypes[name] ?? (fields[name] ?? []).map(([, , names]) => names).join(' '))
    expect(sorted(listed)).toEqual(sorted(Object.keys(typeNamed(name).getFields())))
  })

  /** Fields that no customer reads anything of. */
  const isTeams = (type: string, field: string) =>
    (fields[type] ?? []).some(
      ([, row, names]) =>
        words(names).includes(field) &&
        words(row)
          .slice(0, 3)
          .every(sign => sign !== '+'),
    )

  test('§8: names every type that customers come upon by operations and fields, and the others as the team’s', () => {
    const ann = allAskers.indexOf('ann')
    const starts = [
      ...Object.entries(queries).flatMap(([name, { who }]) =>
        who[ann] === 'FORBIDDEN' || name === 'desk' ? [] : [plaindesk.schema.getQueryType()?.getFields()[name]],
      ),
      ...Object.entries(mutations).flatMap(([name, { who }]) =>
        who[ann] === 'FORBIDDEN' ? [] : [plaindesk.schema.getMutationType()?.getFields()[name]],
      ),
      ...Object.values(plaindesk.schema.getSubscriptionType()?.getFields() ?? {}),
    ]
    const reached = new Set<string>()
    const go = (field: GraphQLField<unknown, unknown> | undefined) => {
      const type = field && getNamedType(field.type)
      if (!isObjectType(type) || reached.has(type.name)) return
      reached.add(type.name)
      for (const each of Object.values(type.getFields())) if (!isTeams(type.name, each.name)) go(each)
    }
    for (const start of starts) go(start)
    const known = new Set([...Object.keys(fields), ...Object.keys(ownTypes)])
    expect(sorted([...reached].filter(name => !isWrapping(name)))).toEqual(
      sorted([...known].filter(name => name !== 'Desk')),
    )
    const all = Object.values(plaindesk.schema.getTypeMap()).filter(
      type => isObjectType(type) && !type.name.startsWith('__') && !/^(Query|Mutation|Subscription)$/.test(type.name),
    )
    expect(sorted(all.map(({ name }) => name).filter(name => !isWrapping(name) && !known.has(name)))).toEqual(
      sorted(teamTypes),
    )
  })

  test('§8: has every value that a payload, a page of a list or an event has of its own (ASVS 8.2.3)', () => {
    const wrapping = Object.values(plaindesk.schema.getTypeMap()).filter(
      (type): type is GraphQLObjectType => isObjectType(type) && isWrapping(type.name) && !isConnection(type.name),
    )
    const values = wrapping.map(type => {
      const leaves = Object.values(type.getFields()).filter(({ type }) => isLeafType(getNamedType(type)))
      return [type.name, sorted(leaves.map(({ name }) => name))] as const
    })
    expect(Object.fromEntries(values.filter(([, names]) => names.length > 0))).toEqual(
      Object.fromEntries(Object.entries(ownValues).map(([name, names]) => [name, sorted(words(names))])),
    )
  })

  test('§8: pages of lists have no more than their things, their number and the places, but those of tickets', () => {
    const usual = ['edges', 'nodes', 'pageInfo', 'totalCount']
    const more = Object.values(plaindesk.schema.getTypeMap()).flatMap(type =>
      isObjectType(type) && /Connection$/.test(type.name)
        ? Object.keys(type.getFields()).flatMap(name => (usual.includes(name) ? [] : [`${type.name}.${name}`]))
        : [],
    )
    // Names that are like what was searched for are the team's: test/desk/queue.test.ts.
    expect(sorted(more)).toEqual(['TicketConnection.counts', 'TicketConnection.similarNames'])
  })

  test('§8: has every type that is a Node', () => {
    const all = plaindesk.schema.getPossibleTypes(plaindesk.schema.getType('Node') as never).map(({ name }) => name)
    expect(sorted(new Set(Object.keys(nodes).map(name => name.replace(/ .*/, ''))))).toEqual(sorted(all))
  })
})

const selection = (field: GraphQLField<unknown, unknown>): string => {
  const type = getNamedType(field.type)
  if (field.name === 'answerDraft') return `answerDraft(cannedText: "cannedText_${cannedText}")`
  if (field.name === 'match') return 'match(search: "the") { __typename }'
  if (field.name === 'caller') return `caller(email: "${people.ann.email}") { __typename }`
  if (isLeafType(type)) return field.name
  return /Connection$/.test(type.name)
    ? `${field.name}(first: 5) { nodes { __typename } }`
    : `${field.name} { __typename }`
}

/** What stands at a place of an answer; of a list, its last. */
function thingAt(data: unknown, place: string): unknown {
  const steps = [...place.matchAll(/(\w+)(?:\([^)]*\))?\s*\{/g)].map(([, name = '']) => name)
  const last = (value: unknown) => (Array.isArray(value) ? value.at(-1) : value)
  return steps.reduce<unknown>((value, name) => last(Reflect.get(Object(value), name)), data) ?? null
}

function isSomething(value: unknown, { type }: GraphQLField<unknown, unknown>): boolean {
  if (!isNonNullType(type)) return value !== null
  if (isListType(type.ofType)) return Array.isArray(value) && value.length > 0
  const nodes: unknown = Reflect.get(Object(value), 'nodes')
  return Array.isArray(nodes) ? nodes.length > 0 : Boolean(value)
}

describe.each(Object.entries(fields))('%s', (name, blocks) => {
  const known = typeNamed(name).getFields()
  const seen = [...new Set(blocks.map(([thing]) => thing))]

  test.each(seen)('§3 §8: each field is read by whom the table says, on the thing “%s”', async thing => {
    const own = blocks.filter(([each]) => each === thing)
    const names = own.flatMap(([, , list]) => words(list))
    const place = places[thing] ?? ''
    const signs: Record<string, string[]> = Object.fromEntries(names.map(field => [field, []]))
    for (const asker of askers)
      for (const field of names.map(each => known[each]).filter(each => each !== undefined)) {
        const { data, code } = await as(asker).graphql(`{ ${place.replace('%', selection(field))} }`)
        const found = thingAt(data, place)
        const sign = found === null ? '.' : isSomething(Reflect.get(Object(found), field.name), field) ? '+' : '-'
        signs[field.name]?.push(code?.[0] ?? sign)
      }
    const told = Object.entries(signs).map(([field, row]) => `${row.join(' ')} ${field}`)
    expect(told).toEqual(own.flatMap(([, row, list]) => words(list).map(field => `${words(row).join(' ')} ${field}`)))
  })

  test('§3: nobody else finds the thing: neither strangers, nor who has no access, nor a customer who has no part in it', async () => {
    for (const thing of seen) {
      const place = places[thing] ?? ''
      const query = `{ ${place.replace('%', '__typename')} }`
      expect((await stranger().graphql(query)).code, thing).toBe('UNAUTHENTICATED')
      expect((await as('cem').graphql(query)).code, thing).toBe('FORBIDDEN')
      const { data, code } = await outsider.graphql(query)
      expect(code === null ? Object.values(data) : [null], thing).toEqual([null])
    }
  })
})

describe('node(id)', () => {
  const document = 'query ($id: ID!) { node(id: $id) { __typename id } }'
  test.each(Object.entries(nodes))('§3 §8: %s is found by whom the table says', async (name, row) => {
    const id = ids[name] ?? ''
    const replies = [...askers.map(asker => as(asker).graphql(document, { id })), readOnly.graphql(document, { id })]
    const found = (await Promise.all(replies)).map(({ data, code }) => code ?? (data.node === null ? '-' : '+'))
    if (words(row).includes('+')) expect(id, 'there is one').not.toBe('')
    expect(found).toEqual(words(row))
    expect((await stranger().graphql(document, { id })).code).toBe('UNAUTHENTICATED')
    expect((await as('cem').graphql(document, { id })).code).toBe('FORBIDDEN')
    if (!/^(Category)$/.test(name))
      expect((await outsider.graphql(document, { id })).data, name).toEqual({ node: null })
  })

  test('§8: nodes(ids:) finds for each what node(id:) finds, in the order that was asked, twice what was asked twice', async () => {
    const all = Object.values(ids).flatMap(id => [id, 'ticket_nonsense', id])
    for (const asker of askers) {
      const { data } = await as(asker).graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
        ids: all,
      })
      const single = await Promise.all(all.map(async id => (await as(asker).graphql(document, { id })).data.node))
      expect(data.nodes, asker).toEqual(single)
    }
    expect((await stranger().graphql('{ nodes(ids: []) { id } }')).code).toBe('UNAUTHENTICATED')
  })
})

describe('what a mutation answers', () => {
  /** All that a type has without arguments, of what it leads to the type. */
  const whole = (name: string): string =>
    Object.values(typeNamed(name).getFields())
      .filter(({ args }) => args.length === 0)
      .map(({ name, type }) => (isLeafType(getNamedType(type)) ? name : `${name} { __typename }`))
      .join(' ')
  const one = async (text: string) => (await sql<Record<string, string>>(text))[0]

  test.each([
    ['ann', 'commentOnTicket', { message: 'Once more' }],
    ['eve', 'commentOnTicket', { message: 'From elsewhere' }],
    ['bo', 'commentOnTicket', { message: 'A colleague' }],
    ['ann', 'markTicketDone', {}],
    ['ann', 'reopenTicket', {}],
    ['dana', 'noteOnTicket', { message: 'Between us' }],
    ['dana', 'updateTicket', { tags: ['secret', 'more'] }],
  ] as const)(
    '§8: %s reads of the ticket that %s answers what they read of it anyway, and nothing else (ASVS 8.2.3, 15.3.1)',
    async (who, name, more) => {
      const number = Number((await one(`select number from ticket where subject = 'Rich'`))?.number)
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}`
      const answer = await as(who).graphql(
        `mutation ($input: ${type}Input!) { ${name}(input: $input) { ticket { ${whole('Ticket')} } userErrors { code } } }`,
        { input: { number, ...more } },
      )
      expect([answer.code, answer.data?.[name].userErrors]).toEqual([null, []])
      const { data } = await as(who).graphql(`{ ticket(number: ${number}) { ${whole('Ticket')} } }`)
      expect(answer.data[name].ticket).toEqual(data.ticket)
    },
  )
})
