// Behind nginx with deploy/nginx.conf: TLS, uploads as large as may be, real client addresses, events as they happen.
import { createHash, randomBytes } from 'node:crypto'
import { fetch } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../src/database/postmaster.ts'
import { upload } from '../kit/api.ts'
import { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { bearer, follow } from '../kit/follow.ts'
import { setCookiesOf, Wire } from '../kit/http.ts'
import { world } from '../world.ts'
import { hasNginx, Nginx } from './nginx.ts'

const MB = 1024 * 1024
const https = await freePort()
const http = await freePort()
const origin = `https://localhost:${https}`
const portal = await world({
  BASE_URL: origin,
  TRUST_PROXY: '1',
  FORM_LIMIT: '2',
  MAX_UPLOAD_MB: '25',
  MAX_TOTAL_MB: '60',
})
const { sql, plaindesk } = portal

let nginx: Nginx
const wires: Wire[] = []
/** Somebody on another machine: they have an address of their own. */
function from(address: string): Wire {
  const wire = new Wire({ ca: nginx.certificate }, address)
  wires.push(wire)
  return wire
}

describe.skipIf(!hasNginx)('behind nginx', () => {
  beforeAll(async () => {
    nginx = new Nginx({ http, https, portal: Number(new URL(portal.url).port) })
    expect(nginx.check()).toMatch(/^0 .*test is successful/s)
    await nginx.start()
  })
  afterAll(async () => {
    await Promise.all(wires.map(wire => wire.close()))
    await nginx.end()
  })
  beforeEach(() => sql('delete from rate_limit'))

  test('plain HTTP leads to https, and TLS of old is refused (ASVS 12.1.1)', async () => {
    const answer = await from('127.0.0.2').exchange(new URL(`http://localhost:${http}/tickets?status=open`), 'GET', {})
    expect([answer.status, answer.headers.location]).toEqual([301, 'https://localhost/tickets?status=open'])
    const old = new Wire({
      ca: nginx.certificate,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'ALL@SECLEVEL=0',
    })
    wires.push(old)
    await expect(old.exchange(new URL(origin), 'GET', {})).rejects.toThrow(/alert|protocol/i)
  })

  test('quality, Safety: mailed links are not in its log, all else is', async () => {
    const paths = portal.app.router.stack.flatMap(({ route }) => (route ? [route.path] : []))
    const links = paths.filter(path => path.endsWith('/:token')).map(path => path.replace(':token', 'a-secret'))
    expect(new Set(links).size).toBeGreaterThan(6)
    for (const port of [`http://localhost:${http}`, origin])
      for (const path of [...links, '/login', '/tickets?q=noted'])
        await from('127.0.0.2').exchange(new URL(path, port), 'GET', {})
    expect(nginx.log).not.toContain('a-secret')
    expect(nginx.log.match(/GET \/login /g)).toHaveLength(2)
    expect(nginx.log).toContain('/tickets?q=noted')
  })

  test('quality, Safety: a program that forgets the “s” is refused and not led on, so that it notices (ASVS 4.1.2)', async () => {
    const ask = async (method: string, path: string, headers: Record<string, string>) => {
      const body = method === 'POST' ? '{"query": "{ viewer { name } }"}' : null
      return (await from('127.0.0.2').exchange(new URL(path, `http://localhost:${http}`), method, headers, body)).status
    }
    const headers = bearer('pd_of-whomever')
    expect(await ask('POST', '/graphql', { 'content-type': 'application/json' })).toBe(403)
    expect(await ask('POST', '/graphql', { ...headers, 'content-type': 'application/json' })).toBe(403)
    expect(await ask('GET', '/attachments/attachment_1/x.txt', headers)).toBe(403)
  })

  test('quality, Safety: forms work, cookies are Secure, and the list of devices shows real addresses, whatever a client claims (ASVS 4.1.3)', async () => {
    const browser = new Browser(from('127.0.0.2'), origin)
    const page = await browser.visit('/login')
    expect(page.answer.headers['strict-transport-security']).toMatch(/max-age=31536000/)
    const forged = { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'http', forwarded: 'for=6.6.6.6' }
    const login = page.form('Log in').fill({ email: people.ann.email, password })
    const done = await browser.send(login.submission(), page, { headers: forged, follow: false })
    expect(done.status).toBe(303)
    expect(setCookiesOf(done.answer).find(line => line.startsWith('__Host-session='))).toMatch(/; Secure/)
    expect(await sql('select distinct address from session')).toEqual([{ address: '127.0.0.2' }])
    expect((await browser.visit('/account')).text).toContain('127.0.0.2')
  })

  test('quality, Safety: limits are those of each client, not of the proxy (ASVS 15.3.4)', async () => {
    const send = async (address: string) => {
      const browser = new Browser(from(address), origin)
      const page = await browser.visit('/tickets/new')
      const fields = { name: 'N', email: `${randomBytes(6).toString('hex')}@new.example`, subject: 'S', message: 'M' }
      const request = page.form('Send request').fill(fields).submission()
      return browser.send(request, page, { headers: { 'x-forwarded-for': randomBytes(4).join('.') } })
    }
    for (let i = 0; i < 3; i += 1) expect((await send('127.0.0.3')).status).toBe(200)
    expect((await send('127.0.0.4')).status).toBe(200)
    const clients = await sql(`select key from rate_limit where key like '%127.0.0.%' order by 1`)
    expect(clients.map(({ key }) => /127\.0\.0\.\d+/.exec(key)?.[0])).toEqual(
      expect.arrayContaining(['127.0.0.3', '127.0.0.4']),
    )
    expect(clients.map(({ key }) => key).join()).not.toContain('127.0.0.1')
  })

  test('V5 §5: a file as large as may be comes through whole, both ways; a larger one is refused in Plaindesk’s words', async () => {
    const wire = from('127.0.0.2')
    const headers = bearer(await portal.token('ann'))
    const content = randomBytes(25 * MB)
    const kept = await upload(
      wire,
      origin,
      { filename: 'large.bin', contentType: 'application/octet-stream', content },
      headers,
    )
    expect(kept.status).toBe(201)
    const ticket = await wire.exchange(
      new URL('/graphql', origin),
      'POST',
      { ...headers, 'content-type': 'application/json' },
      JSON.stringify({
        query: `mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { messages(first: 1) { nodes { attachments { url } } } } userErrors { code } } }`,
        variables: { input: { subject: 'Large', message: 'x', attachments: [kept.json.id] } },
      }),
    )
    const { url } = JSON.parse(ticket.body.toString()).data.createTicket.ticket.messages.nodes[0].attachments[0]
    const got = await wire.exchange(new URL(url, origin), 'GET', headers)
    expect(createHash('sha256').update(got.body).digest('hex')).toBe(createHash('sha256').update(content).digest('hex'))
    const larger = {
      filename: 'larger.bin',
      contentType: 'application/octet-stream',
      content: Buffer.concat([content, Buffer.alloc(1)]),
    }
    const refused = await upload(wire, origin, larger, headers)
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify(refused.json)).toContain('larger.bin')
  }, 300_000)

  test('the form with files of the largest sum that may be', async () => {
    const browser = new Browser(from('127.0.0.5'), origin)
    await browser.logIn(people.ann.email, password)
    const form = (await browser.visit('/tickets/new')).form(/^(Send request|Anfrage senden)$/)
    const file = (name: string, size: number) => ({
      filename: name,
      contentType: 'application/octet-stream',
      content: Buffer.alloc(size, name),
    })
    form.fill({ subject: 'Three files', message: 'x' })
    for (const [name, size] of [
      ['a.bin', 25],
      ['b.bin', 25],
      ['c.bin', 10],
    ] as const)
      form.attach('attachments', file(name, size * MB))
    const page = await form.submit()
    expect([page.status, page.title]).toEqual([200, expect.not.stringMatching(/^Error/)])
    const [row] = await sql(
      `select count(*)::int as n from attachment where filename in ('a.bin', 'b.bin', 'c.bin') and message_id is not null`,
    )
    expect(row?.n).toBe(3)
  }, 300_000)

  test('§8: events arrive as they happen, not when the stream ends', async () => {
    const wire = from('127.0.0.2')
    const token = await portal.token('ann')
    const stream = await follow(origin, bearer(token), 'subscription { messageAdded { message { text } } }', {
      fetchFn: (input: string, init: object) => fetch(input, { ...init, dispatcher: wire.agent }),
    })
    try {
      await portal
        .as('ann')
        .graphql('mutation { createTicket(input: { subject: "Told", message: "at once" }) { ticket { number } } }')
      await stream.until(event => event.data?.messageAdded?.message?.text === 'at once')
    } finally {
      stream.stop()
    }
  })

  test('figures stay inside; whether it is ready everybody may know', async () => {
    const wire = from('127.0.0.2')
    expect((await wire.exchange(new URL('/metrics', origin), 'GET', {})).status).toBe(404)
    expect((await wire.exchange(new URL('/healthz', origin), 'GET', {})).status).toBe(200)
    expect(plaindesk.config.trustProxy).toBe(1)
  })

  test('a connection that was quiet for longer than Plaindesk keeps it loses no form', async () => {
    const browser = new Browser(from('127.0.0.6'), origin)
    await browser.logIn(people.bo.email, password)
    for (const pause of [4_500, 5_100]) {
      const form = (await browser.visit('/account')).form('Save changes')
      await new Promise(resolve => setTimeout(resolve, pause))
      expect((await form.submit()).status).toBe(200)
    }
  }, 300_000)
})
