// A portal whose files lie on a real S3 server (s3.ts): every door of a file, and what becomes of it when the key is refused.
import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { dropUnusedUploads } from '../../src/tickets/drop-uploads.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { MB } from './door.ts'
import { s3 } from './s3.ts'

const server = await s3()
vi.stubEnv('AWS_ACCESS_KEY_ID', server.env.AWS_ACCESS_KEY_ID)
vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.env.AWS_SECRET_ACCESS_KEY)
afterAll(async () => {
  vi.unstubAllEnvs()
  await server.close()
})
const { as, stranger, sql, plaindesk } = await world(server.env)
const DAY_MS = 86_400_000

const requestForm = async () =>
  (await as('ann').visit('/tickets/new'))
    .form(/^(Send request|Anfrage senden)$/)
    .fill({ subject: 'With files', message: 'Typed with care' })

describe('issue 6 Scale: files on S3', { timeout: 60_000 }, () => {
  const large = randomBytes(12 * MB)
  let path: string

  test('V5 H16: small ones and large ones, which go in parts, come back byte for byte, whole and in part', async () => {
    const sent = await (await requestForm())
      .attach('attachments', { filename: 'Größe.txt', content: 'small' })
      .attach('attachments', { filename: 'large.bin', content: large })
      .submit()
    expect(sent.status).toBe(200)
    const small = await as('ann').raw('GET', new URL(sent.link('Größe.txt')).pathname)
    expect([small.status, small.body.toString()]).toEqual([200, 'small'])
    expect(small.headers['content-disposition']).toBe(
      `inline; filename="Gr??e.txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt`,
    )
    path = new URL(sent.link('large.bin')).pathname
    const whole = await as('dana').raw('GET', path)
    expect(whole.headers['content-disposition']).toBe('attachment; filename=large.bin')
    expect(whole.body.equals(large)).toBe(true)
    const part = await as('ann').raw('GET', path, { range: 'bytes=6000000-6000009' })
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 6000000-6000009/${large.length}`])
    expect(part.body).toEqual(large.subarray(6_000_000, 6_000_010))
    expect(server.requests).toContain('POST uploads AWS4-HMAC-SHA256')
  })

  test('quality, Safety: who may not see the ticket gets nothing, and the bucket is not asked', async () => {
    for (const browser of [as('bo'), as('eve'), as('cem')]) await browser.ready()
    const before = server.requests.length
    const statuses = await Promise.all(
      [as('bo'), as('eve'), as('cem'), stranger()].map(async browser => (await browser.raw('GET', path)).status),
    )
    expect(statuses).toEqual([404, 404, 403, 303])
    expect(server.requests.length).toBe(before)
  })

  test('§9: what is refused, and what nobody used, leaves nothing behind', async () => {
    const before = (await server.objects()).toSorted()
    const refused = await (await requestForm())
      .attach('attachments', { filename: 'a.txt', content: 'a' })
      .attach('attachments', { filename: 'big.bin', content: Buffer.alloc(26 * MB) })
      .submit()
    expect(refused.status).toBe(422)
    expect((await as('ann').upload({ filename: 'x.txt', content: 'x' })).status).toBe(201)
    expect((await server.objects()).length).toBe(before.length + 1)
    await dropUnusedUploads(plaindesk.orm.em.fork(), plaindesk.files, new Date(Date.now() + 2 * DAY_MS))
    expect((await server.objects()).toSorted()).toEqual(before)
  })

  test('§9: with a key that is refused: a calm 503 that keeps the text; once it is right the same form goes through', async () => {
    const form = (await requestForm())
      .fill({ subject: 'With a wrong key' })
      .attach('attachments', { filename: 'log.txt', content: 'a log' })
    server.changeSecret('another')
    const page = await form.submit()
    expect([page.status, page.header('retry-after')]).toEqual([503, '10'])
    expect(page.html).toContain('Typed with care')
    expect(page.text).not.toMatch(/signature|AWS/i)
    await expectGoodPage(page)
    expect((await as('ann').raw('GET', path)).status).toBe(503)
    expect(await sql(`select 1 from ticket where subject = 'With a wrong key'`)).toEqual([])
    server.changeSecret()
    const sent = await form.submit()
    expect((await as('ann').raw('GET', new URL(sent.link('log.txt')).pathname)).body.toString()).toBe('a log')
  })
})
