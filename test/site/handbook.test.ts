// `/help/api`: how programs work with the portal, made of the schema and the code's own figures.
import 'reflect-metadata' // whatever is loaded first has decorators
import {
  type GraphQLObjectType,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_COST, MAX_DEPTH } from '../../src/graph/limits.ts'
import { printedSchema } from '../../src/schema.ts'
import { hasChromium, launchChromium } from '../kit/chromium.ts'
import { expectGoodPage, lookAs } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { as, stranger, plaindesk } = await world()
const { schema } = plaindesk
const chapters = [
  '',
  '/errors',
  '/paging',
  '/copying',
  '/repeating',
  '/limits',
  '/files',
  '/webhooks',
  '/live',
  '/stability',
]

describe.each(['en', 'de'])('in %s', language => {
  test.each(chapters)('§8: strangers read the chapter “%s” without scripts', async chapter => {
    const page = await stranger().visit(`/help/api${chapter}?language=${language}`)
    expect(page.status).toBe(200)
    await expectGoodPage(page)
    expect(page.$('html').attr('lang')).toBe(language)
    expect(page.$('nav.contents a[aria-current=page]').attr('href')).toBe(`/help/api${chapter}`)
    expect(page.text).not.toMatch(/\{\{|undefined|NaN/)
  })
})

test('a chapter that there is not is not found', async () => {
  for (const name of ['nothing', 'constructor', '__proto__'])
    expect((await stranger().visit(`/help/api/${name}`)).status).toBe(404)
})

test('§8: figures are those of the code, codes are all that there are', async () => {
  const limits = await stranger().visit('/help/api/limits?language=en')
  for (const figure of [MAX_COST, MAX_DEPTH]) expect(limits.text).toContain(figure.toLocaleString('en'))
  const errors = await stranger().visit('/help/api/errors?language=en')
  for (const code of ['UNAUTHENTICATED', 'RATE_LIMITED', 'TICKET_CLOSED', 'IDEMPOTENCY_CONFLICT'])
    expect(errors.text).toContain(code)
})

test('what is deprecated is told with date and reason, in its chapter and in the reference', async () => {
  const before = await stranger().visit('/help/api/stability?language=en')
  expect(before.text).toContain('Nothing is deprecated.')
  const ticket = schema.getType('Ticket') as GraphQLObjectType
  const { tags } = ticket.getFields()
  if (!tags) throw new Error('no tags')
  tags.deprecationReason = 'Since 2026-11-22: use `topics`.'
  try {
    const chapter = await stranger().visit('/help/api/stability?language=en')
    await expectGoodPage(chapter)
    expect(chapter.$('a[href="/help/api/reference/Ticket#tags"]').closest('dt').next('dd').text()).toBe(
      'Since 2026-11-22: use topics.',
    )
    expect((await as('bo').visit('/help/api/reference/Ticket')).$('#tags').next('dd').text()).toContain(
      'Deprecated. Since 2026-11-22: use topics.',
    )
  } finally {
    tags.deprecationReason = undefined
  }
})

test('the examples are shown as they are', async () => {
  const page = await stranger().visit('/help/api/copying')
  expect(page.$('pre').length).toBe(3)
  expect(page.$('pre').eq(2).text()).toContain('import urllib.request')
})

describe('the reference', () => {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))

  test('§8: like introspection it is for who is signed in', async () => {
    for (const path of ['/help/api/reference', '/help/api/reference/Ticket', '/help/api/schema.graphql']) {
      const { status, headers } = await stranger().raw('GET', path)
      expect([status, headers.location]).toEqual([303, `/login?next=${path}`])
      expect((await as('cem').raw('GET', path)).status).toBe(200)
    }
  })

  test('its contents lead to every type, query and mutation', async () => {
    const page = await as('ann').visit('/help/api/reference')
    const linked = new Set(
      page
        .$('main a')
        .toArray()
        .map(each => page.$(each).attr('href')),
    )
    for (const { name } of types) expect(linked, name).toContain(`/help/api/reference/${name}`)
    for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
      for (const name of Object.keys(root?.getFields() ?? {}))
        expect(linked, name).toContain(`/help/api/reference/${root?.name}#${name}`)
  })

  test.each(types.map(type => [type.name, type] as const))(
    '%s has all its parts, described, with an anchor, and links to their types',
    async (name, type) => {
      const page = await as('ann').visit(`/help/api/reference/${name}`)
      expect(page.status).toBe(200)
      expect(page.$('h1').text()).toBe(name)
      const own = isEnumType(type)
        ? type.getValues()
        : isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
          ? Object.values(type.getFields())
          : []
      for (const part of own) {
        const term = page.$(`dt[id="${part.name}"]`)
        expect(term.length, part.name).toBe(1)
        expect(term.next('dd').text().trim(), part.name).not.toBe('')
        if ('type' in part)
          expect(term.find('a').last().attr('href')).toBe(
            `/help/api/reference/${String(getNamedType(part.type as GraphQLType))}`,
          )
        const args = 'args' in part ? (part.args as readonly { name: string }[]) : []
        for (const { name: argument } of args)
          expect(term.text() + term.next('dd').find('dt').text()).toContain(argument)
      }
    },
  )

  test.each(['Query', 'Mutation', 'TicketFilter', 'TicketStatus', 'Node', 'DateTime'])(
    '%s is a good page',
    async name => {
      await expectGoodPage(await as('ann').visit(`/help/api/reference/${name}`))
    },
  )

  test('a type that there is not is not found', async () => {
    expect((await as('ann').visit('/help/api/reference/Nothing')).status).toBe(404)
  })

  test('the schema is there as a file', async () => {
    const { headers, body } = await as('ann').raw('GET', '/help/api/schema.graphql')
    expect(headers['content-disposition']).toBe('attachment; filename=schema.graphql')
    expect(body.toString()).toBe(printedSchema(schema))
  })
})

describe.runIf(hasChromium)('in a real browser', () => {
  let chromium: Chromium
  beforeAll(async () => {
    chromium = await launchChromium()
  })
  afterAll(() => chromium?.close())

  const pages = [...chapters, '/reference', '/reference/Mutation', '/reference/TicketFilter', '/reference/TicketStatus']
  test.each([
    { colorScheme: 'light', width: 320 },
    { colorScheme: 'dark', width: 1280 },
  ] as const)(
    'quality, Weight and reach: everybody can read all of it at $width px ($colorScheme)',
    async looks => {
      const { faults, close } = await lookAs(chromium, as('ann'), looks)
      for (const page of pages) expect(await faults(`/help/api${page}`)).toEqual([])
      await close()
    },
    300_000,
  )
})
