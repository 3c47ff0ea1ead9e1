// Product §9: links that are over, addresses that lead nowhere and requests that no browser makes.
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { urlencoded } from '../kit/body.ts'
import { password, people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { as, stranger, sql, url, mailTo, clock } = await world()

const requestForm = async () => (await stranger().visit('/tickets/new')).form('Send request')
const good = { name: 'Gus', email: 'gus@input.example', subject: 'Fine', message: 'All well' }

describe('links', () => {
  const setPassword = async (email: string) => {
    await (await requestForm()).fill({ ...good, email, subscribe: true }).submit()
    return (await mailTo(email, /password\/set/)).link(/password\/set/)
  }

  test('§9: a used link says so (410) and what to do', async () => {
    const link = await setPassword('used@links.example')
    await (await stranger().visit(link)).form('Save password').fill({ password, passwordConfirm: password }).submit()
    const page = await stranger().visit(link)
    expect(page.status).toBe(410)
    expect(page.main).not.toContain('used@links.example')
    expect(page.hasLink(/log in|password/i)).toBe(true)
    await expectGoodPage(page)
  })

  test('§9: an expired link says so (410), by GET and by the form that was open', async () => {
    const link = await setPassword('late@links.example')
    const open = (await stranger().visit(link)).form('Save password').fill({ password, passwordConfirm: password })
    clock.forward({ days: 14, seconds: 5 })
    try {
      expect((await stranger().visit(link)).status).toBe(410)
      const late = await open.submit()
      expect(late.status).toBe(410)
      expect(await sql(`select 1 from person where email = 'late@links.example' and confirmed_at is not null`)).toEqual(
        [],
      )
    } finally {
      clock.reset()
    }
  })

  test.each([
    '/password/set/x',
    '/password/set/AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '/password/reset/AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '/list/confirm/nonsense',
    '/list/leave/nonsense',
    '/password/set/%00',
    '/password/set/%E0%A4%A',
    `/password/set/${'x'.repeat(5000)}`,
  ])('§9: an unknown link %s is a page that says what to do', async path => {
    const page = await stranger().visit(path)
    expect([400, 404, 414, 431]).toContain(page.status)
    if (page.status === 404) await expectGoodPage(page)
    expect(page.html).not.toMatch(/node_modules|\.ts:/)
  })

  test('§3: a token that is changed in one place opens nothing', async () => {
    const link = await setPassword('changed@links.example')
    const other = (letter: string) => (letter === 'A' ? 'B' : 'A')
    const tampered = link.replace(/(set\/.)(.)/, (_all, head: string, letter: string) => head + other(letter))
    const forged = link.replace(/(\..)(.)(?=[^.]*$)/, (_all, head: string, letter: string) => head + other(letter))
    expect(new Set([link, tampered, forged]).size).toBe(3)
    for (const each of [tampered, forged]) expect((await stranger().visit(each)).status).toBe(404)
  })

  test('§3: opening a link by GET or HEAD changes nothing; pages behind links are no-store and no-referrer', async () => {
    const link = await setPassword('scanned@links.example')
    for (let i = 0; i < 3; i++) await stranger().visit(link)
    await stranger().raw('HEAD', new URL(link).pathname)
    const page = await stranger().visit(link)
    expect(page.status).toBe(200)
    expect(page.header('referrer-policy')).toBe('no-referrer')
    expect(page.header('cache-control')).toContain('no-store')
  })
})

describe('addresses that lead nowhere', () => {
  test.each([
    '/tickets/0',
    '/tickets/99999999',
    '/tickets/99999999999999999999',
    '/tickets/-1',
    '/tickets/abc',
    '/tickets/1e5',
    '/tickets/10001.5',
    '/tickets/%00',
    '/attachments/attachment_00000000-0000-0000-0000-000000000000/x.txt',
    '/attachments/x/x',
    '/nothing/here',
  ])('§9: %s is a 404 page', async path => {
    const page = await as('ann').visit(path)
    expect(page.status).toBe(404)
    await expectGoodPage(page)
  })

  test("§9: another customer's ticket looks exactly like one that does not exist", async () => {
    const [foreign] = await sql(
      `select t.number from ticket t join person p on p.id = t.requester_id where p.email = $1 limit 1`,
      [people.eve.email],
    )
    const [theirs, none] = await Promise.all([
      as('ann').visit(`/tickets/${foreign?.number}`),
      as('ann').visit('/tickets/99999999'),
    ])
    const anonymous = (html: string) => html.replace(/value="[^"]*"/g, '').replace(/\d{5,}/g, 'N')
    expect(theirs.status).toBe(404)
    expect(anonymous(theirs.html)).toBe(anonymous(none.html))
  })

  test.each(['after=nonsense', 'before=%00', 'after=W10', `after=${'x'.repeat(3000)}`])(
    '§9: a bad cursor (%s) leads to the first page',
    async query => {
      const page = await as('ann').visit(`/tickets?status=open&${query}`)
      expect(page.status).toBe(200)
      expect(page.redirects).toMatchObject([{ status: 303 }])
      expect(page.path).toBe('/tickets?status=open')
    },
  )

  test.each([
    'status=nonsense',
    'status=open&status=done',
    'q=%00',
    'q=%FF',
    'q=the',
    'q=-invoice',
    `q=${'a '.repeat(400)}`,
    "q='; drop table ticket; --",
    'q=%26%7C!:*()',
    'lang=xx',
    'lang=de&lang=en',
  ])('§9: an odd query (%s) is answered with a page', async query => {
    const page = await as('ann').visit(`/tickets?${query}`)
    expect([200, 400, 422]).toContain(page.status)
    expect(page.html).not.toMatch(/node_modules|\.ts:/)
  })

  test('§5: `next` never leads to another site', async () => {
    for (const next of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'javascript:alert(1)',
      '/%09/evil.example',
    ]) {
      const browser = stranger()
      const page = await browser.visit(`/login?next=${encodeURIComponent(next)}`)
      const form = page.form('Log in').fill({ email: people.bo.email, password })
      const answer = await browser.send(form.submission(), page, { follow: false })
      expect(new URL(answer.header('location'), url).origin, next).toBe(url)
    }
  })
})

describe('HTTP', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s on a page is no page', async method => {
    const { status } = await stranger().raw(method, '/tickets/new')
    expect([404, 405]).toContain(status)
  })

  test('§9: a request that is no HTTP at all is answered and closed', async () => {
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/)
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'a'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/)
  })

  test.each([
    ['two ways to say it', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 0\r\n\r\n0\r\n\r\n'],
    ['an encoding that is none', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a name with a space', 'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'],
    ['a length that is none', 'Content-Length: +0\r\n\r\n'],
  ])('§9: where a request ends is not left to anybody’s reading: %s (ASVS 4.2.1)', async (_what, rest) => {
    const answer = await raw(`POST /login HTTP/1.1\r\nHost: x\r\n${rest}GET /help HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400'])
  })

  test('§9: garbage in cookies is no error', async () => {
    for (const cookie of [
      'sid=%',
      'sid=s%3Agarbage.garbage; csrf=x; received=x.y; notice=<script>',
      'plaindesk=\u0001',
      '; ; =; x',
    ]) {
      const { status } = await stranger().raw('GET', '/', { cookie: cookie.replace('\u0001', '') })
      expect(status, cookie).toBe(200)
    }
  })

  test('§9: cookies made by hand are nobody’s: no error, whatever is in them', async () => {
    const received = `received=x.${'%C3%A9'.repeat(43)}`
    expect((await stranger().raw('GET', '/tickets/received/10001', { cookie: received })).status).toBe(404)
    expect((await stranger().raw('GET', '/login', { cookie: 'csrf=j:{"a":1}' })).status).toBe(200)
  })

  test('§9: a log-in with a NUL byte is a wrong one; typed text that fits no form is let go', async () => {
    const form = async () => (await stranger().visit('/login')).form('Log in')
    expect((await (await form()).fill({ email: 'a\0b', password }).submit()).status).toBe(422)
    const typed = JSON.stringify({ form: 'tickets/comment', params: {}, fields: {} })
    const page = await (await form()).fill({ email: people.bo.email, password }).smuggle({ typed }).submit()
    expect([page.status, page.path]).toEqual([200, '/tickets'])
  })

  test('a form posts urlencoded to a page that is for files as well', async () => {
    const form = (await requestForm()).fill({ ...good, email: 'plain@input.example' })
    const fields = ['_csrf', 'idempotencyKey', 'name', 'email', 'subject', 'message'].map(
      name => [name, form.value(name) ?? ''] as const,
    )
    const filled = fields.map(
      ([name, value]) => [name, { ...good, email: 'plain@input.example' }[name] ?? value] as const,
    )
    const page = await stranger().post('/tickets/new', urlencoded(filled))
    expect(page.status).toBe(403) // the token belongs to another browser
  })
})

/** Sends bytes as they are, answers what comes back until the line is closed. */
function raw(text: string): Promise<string> {
  const to = new URL(url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(to.port), to.hostname, () => socket.write(text))
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.setTimeout(5000, () => socket.destroy())
  })
}
