import { load } from 'cheerio'
import { expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { setCookiesOf } from '../kit/http.ts'
import { world } from '../world.ts'

const { stranger } = await world({ BASE_URL: 'https://help.example.com' })

test('quality, Safety: where the base URL is https, cookies are Secure and of this host alone, whatever the proxy says (ASVS 3.3.1, 3.3.3)', async () => {
  const login = await stranger().visit('/login')
  const lines = (headers: { 'set-cookie'?: string | string[] | undefined }) => [headers['set-cookie'] ?? []].flat()
  const cookie = lines(login.answer.headers)
    .map(line => line.split(';')[0])
    .join('; ')
  const token = login.$('input[name=_csrf]').attr('value') ?? ''
  const body = new URLSearchParams({ _csrf: token, email: people.ann.email, password }).toString()
  const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: 'https://help.example.com' }
  const answer = await stranger().raw('POST', '/login', headers, body)
  expect(answer.status).toBe(303)
  const set = lines(answer.headers)
  expect(set.find(line => line.startsWith('__Host-session='))).toMatch(/; Path=\/; .*HttpOnly; Secure; SameSite=Lax/)
  expect(set.find(line => line.startsWith('__Host-device='))).toMatch(/HttpOnly; Secure; SameSite=Lax/)
  expect(set.filter(line => /Domain=/i.test(line))).toEqual([])
})

test('quality, Safety: so are the small ones: language, notice, and which requests this browser sent', async () => {
  const browser = stranger()
  const seen: string[] = []
  const kept = new Map<string, string>()
  /** What a browser at the https address would send: Secure cookies, over the plain line behind its proxy. */
  async function ask(method: string, path: string, fields: Record<string, string> = {}) {
    const headers = {
      cookie: [...kept].map(([name, value]) => `${name}=${value}`).join('; '),
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://help.example.com',
    }
    const body = method === 'POST' ? new URLSearchParams(fields).toString() : null
    const answer = await browser.raw(method, path, headers, body)
    for (const line of setCookiesOf(answer)) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      kept.set(name, value)
      seen.push(line)
    }
    return answer
  }
  async function send(path: string, action: string, fields: Record<string, string>) {
    const $ = load((await ask('GET', path)).body.toString())
    const hidden = $(`form[action="${action}"] input[type=hidden]`).toArray()
    const own = Object.fromEntries(hidden.map(({ attribs }) => [attribs.name ?? '', attribs.value ?? '']))
    expect((await ask('POST', action, { ...own, ...fields })).status).toBe(303)
  }

  await ask('GET', '/login?language=en')
  const request = { name: 'Una', email: 'una@secure.example', subject: 'Secure', message: 'cookies' }
  await send('/tickets/new', '/tickets/new', request)
  await send('/login', '/login', { email: people.ann.email, password })
  await send('/account', '/account', { name: 'Ann Albers', language: 'de', timezone: '' })
  await ask('GET', '/account') // takes the notice, and so drops its cookie
  await send('/account', '/account', { name: 'Ann Albers', language: '', timezone: '' }) // drops the language
  for (const name of ['language', 'received', 'notice']) expect(kept.has(name), name).toBe(true)
  expect(seen.filter(line => !/; HttpOnly; Secure; SameSite=Lax/i.test(line))).toEqual([])
})
