// Product §9: the disk is full, or the bucket does not answer, and then it does again.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test, vi } from 'vitest'
import { StoreAway, storeErrorOf } from '../../src/files/away.ts'
import { keep } from '../../src/inbox/receive.ts'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { fakeBucket } from './bucket.ts'

vi.stubEnv('AWS_ACCESS_KEY_ID', 'id')
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
const bucket = fakeBucket()
bucket.server.listen(0, '127.0.0.1')
await once(bucket.server, 'listening')
const { port } = bucket.server.address() as AddressInfo
afterAll(() => {
  vi.unstubAllEnvs()
  bucket.server.closeAllConnections()
  bucket.server.close()
})
const { newcomer, sql, plaindesk, clock, settled } = await world({
  STORAGE_URL: `s3://files?endpoint=http://127.0.0.1:${port}`,
})

test('§9: what was typed comes back with a 503, nothing is half there, and the same form goes through later, once', async () => {
  const { browser } = await newcomer()
  const form = (await browser.visit('/tickets/new'))
    .form('Send request')
    .fill({ subject: 'With a file', message: 'Typed with care' })
    .attach('attachments', { filename: 'log.txt', content: 'a log' })
  bucket.mood = 'failing'
  const page = await form.submit()
  expect([page.status, page.header('retry-after')]).toEqual([503, '10'])
  expect(page.html).toContain('Typed with care')
  await expectGoodPage(page)
  const upload = await browser.upload({ filename: 'x.txt', content: 'x' })
  expect(upload.status).toBe(503)
  expect((await browser.visit('/tickets')).status).toBe(200)
  expect(await sql(`select 1 from ticket where subject = 'With a file'`)).toEqual([])

  bucket.mood = 'well'
  const sent = await form.submit()
  expect(sent.status).toBe(200)
  const [file] =
    await sql(`select a.id from attachment a join message m on m.id = a.message_id join ticket t on t.id = m.ticket_id
    where t.subject = 'With a file'`)
  const path = `/attachments/attachment_${file?.id}/log.txt`
  expect((await browser.raw('GET', path)).body.toString()).toBe('a log')
  bucket.mood = 'failing'
  expect((await browser.visit(path)).status).toBe(503)
  bucket.mood = 'well'
}, 60_000)

test('§9: trouble of the store is told from mistakes of ours', () => {
  const full = new Error('Cannot write file', { cause: Object.assign(new Error('no space left'), { code: 'ENOSPC' }) })
  expect(storeErrorOf(full)).toBeInstanceOf(StoreAway)
  expect(storeErrorOf(Object.assign(new Error('slow down'), { $metadata: { httpStatusCode: 503 } }))).toBeInstanceOf(
    StoreAway,
  )
  const ours = new TypeError('x is not a function')
  expect(storeErrorOf(ours)).toBe(ours)
  const gone = Object.assign(new Error('no such file'), { code: 'ENOENT' })
  expect(storeErrorOf(gone)).toBe(gone)
})

test('issue 6 Faults: a mail waits for a store that is away, however often it was tried, and is filed when it is back', async () => {
  bucket.mood = 'well'
  const raw = Buffer.from(`From: ${people.bo.email}\r\nSubject: Patient\r\n\r\nHello`)
  const { mail } = await keep(plaindesk, raw, { door: 'COMMAND', from: null, to: [], client: null })
  const outcome = async () => (await sql<{ outcome: string | null }>('select outcome from incoming_mail'))[0]?.outcome
  bucket.mood = 'failing'
  await plaindesk.tasks.list['file-mail']?.({ mail: mail.id }, { now: clock.now(), isLastTry: true })
  expect(await outcome()).toBeNull()

  bucket.mood = 'well'
  const waiting = `array(select id from graphile_worker.jobs where key = 'file-mail:${mail.id}')`
  await sql(`select from graphile_worker.reschedule_jobs(${waiting}, run_at => now())`)
  await settled()
  expect(await outcome()).toBe('CREATED')
})
