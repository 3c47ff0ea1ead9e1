// Every GET route as anybody, with whatever in path, query, cookies and headers.
import fc from 'fast-check'
import { beforeEach, describe, test } from 'vitest'
import { world } from '../world.ts'
import { faultsOf } from './judge.ts'
import { filled, openPortal, placesOf } from './portal.ts'
import { holds } from './runs.ts'
import { headerText, hostileText, pathPart } from './values.ts'

const opened = await world()
const { routes, ids, numbers, tokens, browserOf, visitors, forget } = await openPortal(opened)
beforeEach(forget)
const pages = routes.filter(({ method }) => method === 'get')

const part = fc.oneof(fc.constantFrom(...ids, ...numbers, ...tokens), pathPart)
const words =
  'q after before status tab lang next page view tickets all tag requester assignee kind error number trail sender from to'
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words.split(' ')) },
  { weight: 1, arbitrary: hostileText },
)
const query = fc.array(fc.tuple(name, hostileText), { maxLength: 4 })
const headerNames =
  'accept accept-language accept-encoding user-agent referer origin range if-none-match if-modified-since if-range x-forwarded-for x-forwarded-proto x-forwarded-host x-request-id authorization content-type sec-fetch-site sec-purpose via traceparent'
const headers = fc.dictionary(fc.constantFrom(...headerNames.split(' ')), headerText, { maxKeys: 3 })
const cookies = fc.array(
  fc.tuple(fc.constantFrom('session', 'csrf', 'lang', 'received', 'notice', 'device', '__proto__', 'x'), headerText),
  { maxLength: 3 },
)

describe.each(pages)('GET $path', route => {
  const request = fc.record({
    visitor: fc.constantFrom(...visitors),
    places: fc.record(Object.fromEntries(placesOf(route).map(place => [place, part]))),
    query,
    headers,
    cookies,
  })
  test('issue 6 Safety, §9: ASVS 16.5.1: whatever is asked, the answer is one of ours', async () => {
    await holds(request, async ({ visitor, places, query, headers, cookies }) => {
      const address = new URL(filled(route, places), opened.url)
      for (const [key, value] of query) address.searchParams.append(key, value)
      if (address.href.length > 14_000) address.search = ''
      const browser = await browserOf(visitor)
      const own = browser.jar.header(address)
      const cookie = [own, ...cookies.map(([key, value]) => `${key}=${value}`)].filter(Boolean).join('; ')
      const { authorization, ...others } = headers
      // A program's word instead of a browser's, now and then.
      const sent = { ...others, ...(authorization && { authorization: `Bearer ${authorization}` }) }
      const answer = await browser.raw('GET', address.pathname + address.search, {
        ...sent,
        ...(cookie ? { cookie: cookie.slice(0, 12_000) } : {}),
      })
      return faultsOf(answer, address.href.length)
    })
  })
})
