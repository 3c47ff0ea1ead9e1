// Where webhooks never go, whatever a name says or answers.
import { describe, expect, test } from 'vitest'
import { checkedAddress } from '../../src/integrations/webhook-address.ts'
import { post, type Resolve } from '../../src/integrations/webhook-post.ts'
import { isPublicAddress } from '../../src/lib/public-address.ts'
import { receiver } from './receiver.ts'

const { url, port, posts, answers } = await receiver()
const named = new URL(`http://hooks.example:${port}/hook`)
const local = { isLocalAllowed: true }

describe('§8: never into private networks (ASVS 1.3.6)', () => {
  test.each([
    '127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1',
    '192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255',
    '::1 :: fe80::1 fc00::1 fd12:3456::1 ff02::1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::a00:1 2002:a00:1:: 2001:db8::1 2001::1',
    'example.com 1.2.3 [::1]',
  ])('not public: %s', list => {
    expect(list.split(' ').filter(isPublicAddress)).toEqual([])
  })

  test('public: what the internet routes', () => {
    const list = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2a00:1450:4001::1', '2606:4700::1111']
    expect(list.filter(address => !isPublicAddress(address))).toEqual([])
  })

  test.each([
    ['http://example.com/', 'NOT_PUBLIC'],
    ['https://127.0.0.1/', 'NOT_PUBLIC'],
    ['https://127.1/', 'NOT_PUBLIC'],
    ['https://0x7f000001/', 'NOT_PUBLIC'],
    ['https://2130706433/', 'NOT_PUBLIC'],
    ['https://[::1]/', 'NOT_PUBLIC'],
    ['https://[::ffff:10.0.0.1]/', 'NOT_PUBLIC'],
    ['https://localhost/', 'NOT_PUBLIC'],
    ['https://LOCALHOST./', 'NOT_PUBLIC'],
    ['https://db.internal/', 'NOT_PUBLIC'],
    ['https://169.254.169.254/latest/meta-data', 'NOT_PUBLIC'],
    ['ftp://example.com/', 'INVALID_WEB_ADDRESS'],
    ['javascript:alert(1)', 'INVALID_WEB_ADDRESS'],
    ['https://user:secret@example.com/', 'INVALID_WEB_ADDRESS'],
    ['example.com', 'INVALID_WEB_ADDRESS'],
  ])('§9: %s is refused', (typed, code) => {
    expect(() => checkedAddress(typed, { webhooksLocal: false })).toThrow(code)
  })

  test('an address of the internet is taken in its usual form', () => {
    expect(checkedAddress('https://Example.com:443/a?b#c', { webhooksLocal: false })).toBe('https://example.com/a?b')
  })

  test.each([['127.0.0.1'], ['::1'], ['10.1.2.3', '93.184.215.14'], ['93.184.215.14', '::ffff:127.0.0.1']])(
    'a name that leads to %s',
    async (...addresses) => {
      const resolve: Resolve = async () =>
        addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
      await expect(post(named, {}, '{}', { isLocalAllowed: false, resolve })).rejects.toThrow('public internet')
      expect(posts).toEqual([])
    },
  )

  test('nor to an address that was typed as such, and the name “localhost” is looked up like any other', async () => {
    for (const each of [url, `http://[::1]:${port}/`, `http://localhost:${port}/`])
      await expect(post(new URL(each), {}, '{}', { isLocalAllowed: false })).rejects.toThrow('public internet')
    expect(posts).toEqual([])
  })
})

test('§8: a name is asked for once, and what was looked at is what is connected to (ASVS 1.3.6)', async () => {
  let asked = 0
  const resolve: Resolve = async () => [{ address: asked++ ? '203.0.113.1' : '127.0.0.1', family: 4 }]
  expect(await post(named, { 'x-test': 'yes' }, '{"a":1}', { ...local, resolve })).toEqual({ status: 204, text: '' })
  expect(asked).toBe(1)
  expect(posts.at(-1)).toMatchObject({ path: '/hook', body: '{"a":1}' })
  expect(posts.at(-1)?.headers).toMatchObject({ host: `hooks.example:${port}`, 'x-test': 'yes', 'content-length': '7' })
})

test('§8: a redirect is an answer and not a way (ASVS 15.3.2)', async () => {
  answers((_, response) => void response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end())
  expect((await post(new URL(url), {}, '{}', local)).status).toBe(307)
  expect(posts.at(-1)?.path).toBe('/hook')
})

test('§8: of a long answer the beginning is read, and its control characters go', async () => {
  answers((_, response) => {
    response.writeHead(500)
    const more = setInterval(() => response.write(`a\u0000${'b'.repeat(10_000)}`), 1)
    response.on('close', () => clearInterval(more))
  })
  const { status, text } = await post(new URL(url), {}, '{}', local)
  expect([status, text.length, text.slice(0, 3)]).toEqual([500, 1999, 'abb'])
})

test.each([
  ['says nothing', () => {}],
  [
    'sends its answer byte by byte',
    (_: unknown, response: { writeHead(status: number): unknown; write(text: string): unknown }) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'), 20)
      setTimeout(() => clearInterval(timer), 2000).unref()
    },
  ],
])('§8: whoever %s is not waited for', async (_name, slow) => {
  answers(slow as Parameters<typeof answers>[0])
  await expect(post(new URL(url), {}, '{}', { ...local, timeoutMs: 200 })).rejects.toThrow('no answer in time')
})
