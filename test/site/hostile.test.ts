// What is sent to the portal to get at its disk, its memory, its log or somebody's trust in its address.
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { createLog } from '../../src/log.ts'
import { headerOf } from '../kit/http.ts'
import { open } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { stranger, as, url, sql } = await world()

/** Sends a line as it is: a client would tidy the path first. */
function get(path: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

const ups = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..%5c',
  '..\\',
  '%252e%252e%252f',
  '..%c0%af',
  './/..//',
  '%00../',
]
const folders = [
  '/',
  '/style.css/',
  '/explorer/',
  '/explorer/x/',
  '/help/api/',
  '/attachments/',
  '/attachments/x/',
  '/public/',
]
test.each(ups)('quality, Safety: no file is reached by “%s” (ASVS 5.3.2, 13.4.1, 13.4.3)', async up => {
  for (const folder of folders)
    for (const file of ['package.json', '.git/config', 'etc/passwd', 'var/secret', '']) {
      const answer = await get(`${folder}${up.repeat(8)}${file}`)
      expect(answer.split('\r\n')[0], folder + file).toMatch(/^HTTP\/1\.1 (303|400|404)/)
      expect(answer).not.toMatch(/"plaindesk"|repositoryformatversion|root:/)
    }
})

test.each([
  '/.git/config',
  '/package.json',
  '/.env',
  '/src/app.ts',
  '/views/layout.eta',
  '/public/',
  '/node_modules/pg/package.json',
])('quality, Safety: %s is no page (ASVS 13.4.1, 13.4.3, 13.4.7)', async path =>
  expect((await stranger().raw('GET', path)).status).toBe(404),
)

test('quality, Safety: TRACE and methods that nothing knows are no pages (ASVS 4.1.4, 13.4.4)', async () => {
  for (const method of ['TRACE', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])
    for (const path of ['/', '/login', '/tickets'])
      expect([404, 405, 303], `${method} ${path}`).toContain(
        (
          await stranger()
            .raw(method, path)
            .catch(() => ({ status: 405 }))
        ).status,
      )
})

test('quality, Safety: what is no page may be framed, guessed at and run as little as one (ASVS 3.4.3, 3.4.4, 3.4.6, 4.1.1)', async () => {
  const ann = as('ann')
  const { json } = await ann.upload({ filename: 'a.txt', content: 'x' })
  const ask = { 'content-type': 'application/json' }
  const answers = [
    await ann.raw('POST', '/graphql', ask, '{"query": "{ viewer { name } }"}'),
    await ann.raw('POST', '/graphql', ask, 'no JSON'),
    await stranger().raw('POST', '/uploads', { 'apollo-require-preflight': 'true' }),
    await ann.raw('GET', `/attachments/${json.id}/a.txt`),
    await ann.raw('GET', '/help/api/schema.graphql'),
    ...(await Promise.all(['/healthz', '/readyz', '/metrics', '/style.css'].map(path => stranger().raw('GET', path)))),
  ]
  for (const answer of answers) {
    expect(headerOf(answer, 'content-security-policy'), String(answer.body)).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    )
    expect(headerOf(answer, 'x-content-type-options')).toBe('nosniff')
    expect(headerOf(answer, 'content-type')).toMatch(/; charset=utf-8/i)
  }
})

test('quality, Safety: no script of another site may read anything of ours (ASVS 3.4.2)', async () => {
  const ann = as('ann')
  const { json } = await ann.upload({ filename: 'a.txt', content: 'x' })
  const origin = 'https://evil.example'
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type',
  }
  const paths = ['/', '/tickets', '/graphql', '/uploads', `/attachments/${json.id}/a.txt`, '/help/api/schema.graphql']
  for (const path of [...paths, '/metrics', '/style.css', '/nothing'])
    for (const [method, headers] of [
      ['GET', { origin }],
      ['OPTIONS', preflight],
    ] as const) {
      const answer = await ann.raw(method, path, headers)
      const told = Object.keys(answer.headers).filter(name => name.startsWith('access-control-'))
      expect(told, `${method} ${path}`).toEqual([])
    }
})

test('quality, Safety: nothing on the way may keep what is somebody’s, whoever the answer is for (ASVS 14.2.2)', async () => {
  const ann = as('ann')
  const { json } = await ann.upload({ filename: 'a.txt', content: 'x' })
  const ask = { 'content-type': 'application/json' }
  for (const answer of [
    await ann.raw('GET', '/tickets'),
    await stranger().raw('GET', '/tickets'),
    await ann.raw('GET', '/nothing'),
    await ann.raw('POST', '/graphql', ask, '{"query": "{ viewer { name } }"}'),
    await ann.raw('POST', '/uploads', { 'apollo-require-preflight': 'true' }),
  ])
    expect(headerOf(answer, 'cache-control')).toBe('no-store')
  const file = await ann.raw('GET', `/attachments/${json.id}/a.txt`)
  expect(headerOf(file, 'cache-control')).toBe('private, no-cache, no-transform')
})

test('quality, Safety: a form that unpacks to 200 MB is refused before it is (ASVS 5.2.3, 15.2.2)', async () => {
  const body = gzipSync(`subject=${'x'.repeat(200_000_000)}`)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' }
  const before = process.memoryUsage().rss
  // Where some of it is still on its way, the connection may end before the answer is read.
  const refused = await stranger()
    .raw('POST', '/tickets/new', headers, body)
    .catch(() => ({ status: 413 }))
  expect(refused.status).toBe(413)
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
})

test('quality, Safety: archives and pictures are kept as they came and never unpacked, so none can be a bomb (ASVS 5.2.3, 5.2.6)', async () => {
  const zip = Buffer.from(`504b030414000000080000000000${'00'.repeat(4)}ffffffffffffffff0100000061`, 'hex')
  // A picture that says it has 65,535 × 65,535 points.
  const gif = Buffer.from('474946383961ffffffff80000000000000ffffff2c00000000ffffffff0002024401003b', 'hex')
  for (const [filename, content] of [
    ['bomb.zip', zip],
    ['flood.gif', gif],
  ] as const) {
    const { status, json } = await as('ann').upload({ filename, content })
    expect(status).toBe(201)
    const back = await as('ann').raw('GET', `/attachments/${json.id}/${filename}`)
    expect(back.body.equals(content)).toBe(true)
  }
})

test('quality, Safety: a program or a template that is uploaded is bytes and nothing more (ASVS 5.3.1)', async () => {
  const content = '<?php echo 6*7 ?> <%= 6 * 7 %> #!/bin/sh\necho 42\n'
  for (const filename of ['shell.php', 'page.eta', 'page.graphql', 'app.js', 'app.ts', '.htaccess', 'index.html']) {
    const { status, json } = await as('ann').upload({ filename, content })
    expect(status).toBe(201)
    const path = `/attachments/${json.id}/${encodeURIComponent(json.filename)}`
    const back = await as('ann').raw('GET', path)
    expect(back.body.toString(), filename).toBe(content)
    expect(headerOf(back, 'content-security-policy')).toContain('sandbox')
    // What it is stored as is no address, and its own is nobody else's.
    for (const elsewhere of [`/${json.filename}`, `/public/${json.filename}`, `/files/${json.id}`])
      expect((await as('ann').raw('GET', elsewhere)).status, elsewhere).toBe(404)
    expect((await as('eve').raw('GET', path)).status).toBe(404)
  }
})

test('§5: no address of ours leads to another site (ASVS 3.7.2)', async () => {
  const elsewhere = [
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/%5cevil.example',
    '/%2f/evil.example',
    '/.//evil.example',
  ]
  for (const start of elsewhere)
    for (const query of ['?language=de', '?after=x', '?language=de&next=//evil.example', '/?language=en']) {
      const location = /^location: (.*)$/im.exec(await get(start + query))?.[1] ?? '/'
      expect(new URL(location.trim(), url).origin, start + query).toBe(url)
    }
  const names = ['next', 'url', 'return', 'redirect', 'list', 'place', 'back', 'to']
  for (const path of [
    '/login',
    '/',
    '/tickets',
    '/agent',
    '/agent/next',
    '/agent/tickets/10001',
    '/account',
    '/no-access',
  ])
    for (const name of names) {
      const page = await as('dana').visit(`${path}?${name}=${encodeURIComponent('//evil.example/')}`, { follow: false })
      expect(new URL(page.header('location') || '/', url).origin, `${path} ${name}`).toBe(url)
    }
})

test('quality, Reliability: a line of the log is one line, whatever somebody sent (ASVS 16.4.1)', () => {
  const lines: string[] = []
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const log = createLog({ logLevel: 'info' })
  const stream: { write(line: string): boolean } = Reflect.get(
    log,
    Object.getOwnPropertySymbols(log).find(each => String(each) === 'Symbol(pino.stream)') as symbol,
  )
  const said = vi.spyOn(stream, 'write').mockImplementation(line => lines.push(String(line)) > 0)
  log.error({ err: new Error('a\r\n{"level":30,"msg":"forged"}\u2028\u001b[2J'), path: '/x\n' }, 'failed\nforged')
  said.mockRestore()
  write.mockRestore()
  expect(lines).toHaveLength(1)
  for (const character of ['\r', '\n', '\u001b']) expect(lines[0]?.trimEnd()).not.toContain(character)
  expect(JSON.parse(lines[0] ?? '').msg).toBe('failed\nforged')
})

test('quality, Safety: what was typed reaches no column of the log: a database error tells place and code alone (ASVS 16.2.5)', async () => {
  const error = await sql(`select 'typed by somebody'::int`).then(
    () => null,
    reason => reason,
  )
  const log = createLog({ logLevel: 'info' })
  const { err } = Reflect.get(
    log,
    Object.getOwnPropertySymbols(log).find(each => String(each) === 'Symbol(pino.serializers)') as symbol,
  )
  expect(JSON.stringify(err(error))).not.toContain('typed by somebody')
})

test('§9: a form that comes back shows the one of two that counts', async () => {
  const number = await open(as('ann'), 'Answered twice')
  const page = await as('dana').visit(`/agent/tickets/${number}`)
  const form = page.form('Send answer')
  form.smuggle({ message: ['First words', 'Last words'] }).attach('attachments', { filename: 'x.txt', content: '' })
  const back = await form.submit()
  expect(back.status).toBe(422)
  expect(back.$('textarea[name=message]').first().val()).toBe('Last words')
})
