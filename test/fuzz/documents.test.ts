// Every operation of the schema with whatever in its arguments, and documents and bodies that are damaged.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type GraphQLField, getNamedType, isLeafType, isObjectType, isRequiredArgument } from 'graphql'
import { describe, expect, test } from 'vitest'
import type { Visitor } from '../site/site-map.ts'
import { world } from '../world.ts'
import { inputOf, operationsOf } from './inputs.ts'
import { faultsOf } from './judge.ts'
import { openPortal } from './portal.ts'
import { holds } from './runs.ts'
import { headerText, hostileText } from './values.ts'

const opened = await world()
const { plaindesk } = opened
const { ids, numbers, browserOf, visitors, forget } = await openPortal(opened)
const cursors: string[] = []
for (const name of ['ann', 'dana'] as const)
  for (const list of ['tickets', 'people', 'incomingMails', 'supportList']) {
    const { data } = await opened.as(name).graphql(`{ ${list}(first: 2) { edges { cursor } } }`)
    cursors.push(...(data?.[list]?.edges ?? []).map((edge: { cursor: string }) => edge.cursor))
  }
const known = { ids, numbers, cursors }
test('there are cursors to change', () => expect(cursors.length).toBeGreaterThan(3))

/** What has no arguments of its own, two levels deep. */
function selectionOf({ type }: GraphQLField<unknown, unknown>, depth = 2): string {
  const named = getNamedType(type)
  if (isLeafType(named)) return ''
  if (!isObjectType(named)) return '{ __typename }'
  const plain = Object.values(named.getFields()).filter(each => !each.args.some(isRequiredArgument))
  const shown = plain.filter(each => depth > 0 || isLeafType(getNamedType(each.type)))
  return `{ __typename ${shown.map(each => `${each.name} ${selectionOf(each, depth - 1)}`).join(' ')} }`
}

async function ask(visitor: Visitor, body: string | Buffer, headers: Record<string, string> = {}) {
  await forget()
  const browser = await browserOf(visitor)
  const own = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers }
  return faultsOf(await browser.raw('POST', '/graphql', own, body), body.length)
}

/** With these somebody whom the other tries need would be gone. */
const leaving = ['leaveList', 'closeAccount']

describe.each(operationsOf(plaindesk.schema))('$root.$field.name', ({ root, field }) => {
  const declared = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ')
  const query = `${root.toLowerCase()} ${declared && `(${declared})`} { ${field.name} ${given && `(${given})`} ${selectionOf(field, root === 'Query' ? 1 : 2)} }`
  const request = fc.record({
    visitor: leaving.includes(field.name)
      ? fc.constantFrom('stranger' as const, 'cem' as const)
      : fc.constantFrom(...visitors),
    variables: fc.record(Object.fromEntries(field.args.map(({ name, type }) => [name, inputOf(type, name, known)]))),
  })
  test('issue 6 Safety, §9: ASVS 1.2.4 16.5.1: whatever its arguments, the answer is one of ours', async () => {
    await holds(request, ({ visitor, variables }) => ask(visitor, JSON.stringify({ query, variables })), 2)
  })
})

const views = join(import.meta.dirname, '../../views')
const documents = readdirSync(views, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.graphql'))
  .map(name => readFileSync(join(views, name), 'utf8'))
const bits = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '...',
    '"""',
    '#',
    '$',
    '@skip(if: true)',
    '__schema { types { name } }',
    '\uFEFF',
    'query',
    'mutation',
    ',',
  ),
  hostileText,
)
const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(40), put: bits })
/** With pieces cut out and others put in. */
const damaged = (texts: fc.Arbitrary<string>) =>
  fc.tuple(texts, fc.array(change, { minLength: 1, maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((left, { at, length, put }) => {
      const from = Math.floor(at * left.length)
      return left.slice(0, from) + put + left.slice(from + length)
    }, text),
  )
const asker = fc.constantFrom(...visitors)

describe('POST /graphql', () => {
  test('issue 6 Safety, §9: ASVS 16.5.1: whatever the document, the answer is one of ours', async () => {
    const document = damaged(fc.constantFrom(...documents))
    await holds(fc.tuple(asker, document), ([visitor, query]) => ask(visitor, JSON.stringify({ query })), 40)
  })

  test('issue 6 Safety, §9: ASVS 16.5.1: whatever the body, its type and length', async () => {
    const body = fc.oneof(
      damaged(
        fc.constant(
          JSON.stringify({ query: '{ viewer { name } }', variables: { a: [1] }, operationName: 'x', extensions: {} }),
        ),
      ),
      fc.json(),
      fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
    )
    const type = fc.oneof(
      fc.constantFrom(
        'application/json',
        'application/graphql',
        'text/plain',
        'application/json; charset=utf-7',
        'multipart/form-data; boundary=x',
      ),
      headerText,
    )
    const encoding = fc.constantFrom('identity', 'gzip', 'br', 'x', '')
    await holds(
      fc.tuple(asker, body, type, encoding, headerText),
      ([visitor, text, contentType, encoding, accept]) =>
        ask(visitor, text, { 'content-type': contentType, 'content-encoding': encoding, accept }),
      40,
    )
  })
})
