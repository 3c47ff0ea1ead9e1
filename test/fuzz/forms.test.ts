// Every POST route as anybody, with a good token and whatever in its fields and files.
import fc from 'fast-check'
import { isEnumType, Kind } from 'graphql'
import { beforeEach, describe, test } from 'vitest'
import { loadOperations, type Variable } from '../../src/graph/operation.ts'
import { type Entry, multipart, urlencoded } from '../kit/body.ts'
import { password } from '../kit/cast.ts'
import { others, posts } from '../site/posts.ts'
import { world } from '../world.ts'
import { faultsOf } from './judge.ts'
import { filled, openPortal, placesOf, type Route } from './portal.ts'
import { holds } from './runs.ts'
import { hostileText, pathPart } from './values.ts'

const opened = await world()
const { plaindesk } = opened
const { routes, ids, numbers, tokens, browserOf, visitors, forget } = await openPortal(opened)
beforeEach(forget)
const operations = [...loadOperations(plaindesk.schema).values()]

/** The variables of the operations that run a route's mutation: what its form may carry. */
function variablesOf({ path }: Route): readonly Variable[] {
  const mutation = posts[path]
  return operations
    .filter(({ document }) =>
      document.definitions.some(
        each =>
          each.kind === Kind.OPERATION_DEFINITION &&
          each.selectionSet.selections.some(field => field.kind === Kind.FIELD && field.name.value === mutation),
      ),
    )
    .flatMap(({ variables }) => variables)
}

/** With the right password these would end what the other tries need. */
const ending = /^\/(?:account\/(?:close|password|second-factor)|admin\/(?:people|settings))/

function valueOf({ type, name }: Pick<Variable, 'type' | 'name'>, path: string): fc.Arbitrary<string> {
  const known = plaindesk.schema.getType(type)
  if (name === 'currentPassword' && !ending.test(path)) return fc.oneof(fc.constant(password), hostileText)
  if (isEnumType(known)) return fc.oneof(fc.constantFrom(...known.getValues().map(each => each.name)), hostileText)
  if (type === 'Boolean') return fc.constantFrom('on', 'true', 'false', '', 'maybe')
  if (type === 'ID') return fc.oneof(fc.constantFrom(...ids), hostileText)
  if (type === 'Int') return fc.oneof(fc.constantFrom(...numbers), hostileText)
  return hostileText
}

const everywhere = ['email', 'password', 'code', 'pending', 'typed', 'next', 'idempotencyKey', '__proto__', 'a[b]'].map(
  name => ({ name, type: 'String' }),
)
const file = fc.record({
  filename: hostileText.map(text => text.toWellFormed()),
  content: fc.oneof(
    fc.constant(''),
    hostileText.map(text => text.toWellFormed()),
  ),
  contentType: fc.constantFrom(
    'text/html',
    'image/svg+xml',
    'image/png',
    'application/zip',
    'x',
    'multipart/mixed; boundary=x',
    'text/plain; charset=utf-7',
  ),
})
const part = fc.oneof(fc.constantFrom(...ids, ...numbers, ...tokens), pathPart)

describe.each(
  routes.filter(({ method, path }) => (method === 'post' && !others.includes(path)) || path.startsWith('/log')),
)('POST $path', route => {
  const names = [...variablesOf(route), ...(posts[route.path] ? everywhere.slice(6) : everywhere)]
  const entry = fc
    .constantFrom(...names)
    .chain(variable => fc.tuple(fc.constant(variable.name), valueOf(variable, route.path)))
  const request = fc.record({
    // Whoever leaves the list is gone for all tries after it.
    visitor: fc.constantFrom(...(route.path === '/list/leave' ? (['stranger', 'cem'] as const) : visitors)),
    places: fc.record(Object.fromEntries(placesOf(route).map(place => [place, part]))),
    entries: fc.array(entry, { maxLength: 2 * names.length }),
    files: fc.array(file, { maxLength: 2 }),
  })
  test('issue 6 Safety, §9: ASVS 1.2.4 16.5.1: whatever is sent, the answer is one of ours', async () => {
    await holds(request, async ({ visitor, places, entries, files }) => {
      const browser =
        route.path === '/logout' && visitor !== 'stranger' ? opened.anew(visitor) : await browserOf(visitor)
      const page = await browser.visit(visitor === 'stranger' ? '/login' : '/account')
      const _csrf = page.$('[name=_csrf]').first().attr('value') ?? ''
      const all: Entry[] = [['_csrf', _csrf], ...entries, ...files.map((each): Entry => ['attachments', each])]
      const body = files.length > 0 ? multipart(all) : urlencoded(all)
      const { answer } = await browser.post(filled(route, places), body, { follow: false })
      return faultsOf(answer, body.content.length)
    })
  })
})
