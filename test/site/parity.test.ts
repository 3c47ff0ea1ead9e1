// One schema, three doors: no page and no form reads or writes past the schema, and whatever they ask a program may ask too.
import 'reflect-metadata' // whatever is loaded first has decorators
import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultFieldResolver, isObjectType, print, validate } from 'graphql'
import { beforeEach, describe, expect, test } from 'vitest'
import { aliasLimit, checkCost, depthLimit } from '../../src/graph/limits.ts'
import { loadOperations } from '../../src/graph/operation.ts'
import { urlencoded } from '../kit/body.ts'
import { statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'
import { posts } from './posts.ts'
import { siteMap } from './site-map.ts'

const here = await world()
const { plaindesk, as, sql } = here
beforeEach(() => sql('delete from rate_limit'))
const source = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
const operations = loadOperations(plaindesk.schema)

/** What answers without an operation, and why it may. */
const beside: Record<string, string> = {
  postLogIn: 'only making and ending a session stays outside of the schema (§8)',
  postCode: 'the second step of logging in',
  postLogOut: 'ends a session',
  download: 'bytes of a file; `Attachment.url` and `IncomingMail.originalUrl` lead there, and a token opens both',
  uploads: 'bytes of a file, for programs; its id goes into a mutation',
  devMail: 'development only: what the mail server would have got',
  keepAddress: 'a header',
  explorerPolicy: 'a header',
  schemaFile: 'the schema as text; who is signed in may introspect it',
  explorerFiles: 'the scripts and styles of the explorer, the same for everybody',
}

describe('routes.ts', () => {
  const lines = [...source('src/routes.ts').matchAll(/app\.(get|post|use)\(\s*('[^']+'|\[[^\]]+\]),\s*([\w.]+)(\()?/g)]

  test('every line is a page or a form, which run an operation, or has a reason', () => {
    const handlers = lines.map(([, , , handler = '']) => handler)
    expect(handlers.length).toBeGreaterThan(100)
    expect(
      [...new Set(handlers)].filter(handler => !['page', 'form', ...Object.keys(beside)].includes(handler)),
    ).toEqual([])
    for (const name of Object.keys(beside)) expect(handlers, `${name} is used no more`).toContain(name)
  })

  test('the text is read right: it has as many routes as Express knows', () => {
    const known = here.app.router.stack.flatMap(({ route }) => route?.path ?? [])
    const read = lines.filter(([, method]) => method !== 'use').map(([, , path = '']) => path.slice(1, -1))
    expect(known.sort()).toEqual(read.sort())
  })

  test('every operation that it names is there, and each one under views/ is used', () => {
    const code = ['src/routes.ts', 'src/people/passport.ts', 'src/web/failures.ts', 'src/turns.ts'].map(source).join()
    expect([...operations.keys()].filter(name => !code.includes(`'${name}'`))).toEqual([])
  })
})

/** What pages may ask without signing in and programs only as somebody: what a mailed link shows, and a form's choices. */
const onlyByPage = ['categories', 'leaveLink', 'link', 'ratingRequest', 'reportSwitch']

test('§8: what only pages may read is what a stranger who holds a mailed link sees', () => {
  const rule = /@Authorized\('page'\)\s*@Query\([\s\S]*?\)\s*(?:async )?(\w+)\(/g
  const files = ['list/leave-link', 'tickets/category', 'tickets/rating', 'people/report-switch', 'people/link']
  const found = files.flatMap(file => [...source(`src/${file}.resolver.ts`).matchAll(rule)].map(([, name]) => name))
  expect(found.sort()).toEqual(onlyByPage)
})

test.each([...operations])(
  'a program may ask what views/%s.graphql asks: it is within the limits',
  (_name, { document, variables }) => {
    expect(validate(plaindesk.schema, document, [depthLimit, aliasLimit])).toEqual([])
    const given = Object.fromEntries(
      variables.filter(({ isRequired }) => isRequired).map(each => [each.name, example(each)]),
    )
    expect(
      () => checkCost(plaindesk.schema, { document, operationName: null, variables: given }),
      print(document),
    ).not.toThrow()
  },
)

const example = ({ type, isList }: { type: string; isList: boolean }) => {
  const one = { Int: 1, Boolean: true }[type] ?? enumValue(type) ?? 'x'
  return isList ? [one] : one
}
function enumValue(name: string): string | undefined {
  const type = plaindesk.schema.getType(name)
  return type && 'getValues' in type ? type.getValues()[0]?.name : undefined
}

/** Statements that a request needs besides its operation: who asks, and how often. */
const aside = [
  /\bfrom session\b|\bupdate session\b|\binsert into session\b|\bdelete from session\b/i,
  /\brate_limit\b/i,
]

describe('statements', async () => {
  const inside = new AsyncLocalStorage<true>()
  for (const type of Object.values(plaindesk.schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver
      field.resolve = (...given) => inside.run(true, () => resolve(...given))
    }
  }
  const outside = async (work: () => Promise<unknown>): Promise<string[]> => {
    const { statements } = await statementsOf(work, () => inside.getStore() === undefined)
    return statements
      .map(({ text }) => text.replace(/\s+/g, ' '))
      .filter(text => !aside.some(known => known.test(text)))
  }

  test('what is asked outside of a resolver is found: logging in', async () => {
    expect((await outside(() => here.anew('dirk').visit('/account'))).join()).toMatch(/from "person"/)
  })

  test('the database is asked by resolvers alone when a page is made', async () => {
    const found: Record<string, string[]> = {}
    for (const name of ['ann', 'dana', 'ada'] as const) await as(name).visit('/account') // logs in
    const map = await siteMap(here)
    await here.rest() // what the worker asks is no page's
    for (const [route, { address, isOther }] of Object.entries(map))
      for (const name of ['ann', 'dana', 'ada'] as const) {
        if (isOther) continue
        const texts = await outside(() => as(name).visit(address))
        if (texts.length > 0) found[`${route} as ${name}`] = texts
      }
    expect(found).toEqual({})
  })

  test('and when a form is sent', async () => {
    const found: Record<string, string[]> = {}
    const page = await as('ada').visit('/account')
    const token = page.$('[name=_csrf]').first().attr('value') ?? ''
    await here.rest()
    for (const route of Object.keys(posts)) {
      const path = route.replace(/:(\w+)/g, (_, name) => (name === 'number' ? '10001' : 'nobody'))
      const texts = await outside(() => as('ada').post(path, urlencoded([['_csrf', token]]), { follow: false }))
      if (texts.length > 0) found[route] = texts
    }
    expect(found).toEqual({})
  })
})

/** What turns.ts does with the database when a form succeeded, and why that is no use case of its own. */
const turns: Record<string, string> = {
  'viewerById(': 'who logs in with the password that was just saved',
  'hasSecondFactor(': 'whether they are asked for a code first',
  'logIn(': 'makes a session',
  'recordLogIn(': 'the log of log-ins, as the log-in form keeps it',
}

test('where a form leads is worked out of its mutation’s answer; only sessions begin and end beside it', () => {
  const text = source('src/turns.ts')
  const asked = [...text.matchAll(/(\w+\()(?:em|orm|req, viewer\.user)\b/g)].map(([, call]) => call)
  expect([...new Set(asked)].sort()).toEqual(Object.keys(turns).sort())
  expect(text).not.toMatch(/\bem\.(find|execute|persist|flush)|\bsql`/)
})
