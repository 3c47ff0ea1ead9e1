import { createHash, randomBytes } from 'node:crypto'
import { createServer, request } from 'node:http'
import { Readable } from 'node:stream'
import express, { type NextFunction, type Request, type Response } from 'express'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ScanResult } from '../../src/files/stored-file.ts'
import { download, type SentFile } from '../../src/web/send-file.ts'
import { type Door, listen, openDoor } from './door.ts'

const bytes = randomBytes(300_000)
const createdAt = new Date('2026-03-01T10:20:30.456Z')
const shelf = new Map<string, SentFile & { scan: ScanResult }>()
const opened: Readable[] = []
const server = createServer()
let door: Door
let base: string

beforeAll(async () => {
  door = await openDoor()
  const { read } = door.files
  door.files.read = async (key, range) => {
    const content = await read(key, range)
    opened.push(content)
    return content
  }
  const app = express()
  app.get(
    '/attachments/:id/:filename',
    download(door.files, async (_req, id) => shelf.get(id) ?? null),
  )
  app.use((error: { code?: string; isFailure?: boolean }, _req: Request, res: Response, _next: NextFunction) => {
    if (res.headersSent) return void res.destroy()
    res.status(error.isFailure ? 404 : 500).send(error.code ?? String(error))
  })
  base = `http://127.0.0.1:${await listen(server.on('request', app))}/attachments/`
  await shelve('bin', bytes, 'application/zip', 'Größe "1".zip')
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await door.close()
})

async function shelve(
  id: string,
  content: Buffer,
  contentType: string,
  filename: string,
  scan = ScanResult.CLEAN,
): Promise<void> {
  const storageKey = await door.files.put(Readable.from([content], { objectMode: false }))
  const sha256 = createHash('sha256').update(content).digest('hex')
  shelf.set(id, { storageKey, sha256, size: content.length, contentType, filename, scan, createdAt })
}

const get = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${base}${id}/name`, { method, headers })
const bodyOf = async (response: globalThis.Response) => Buffer.from(await response.arrayBuffer())

describe('a download', () => {
  test('is the file, byte by byte, to be saved under its name and asked for again each time', async () => {
    const response = await get('bin')
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="Gr??e \\"1\\".zip"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.zip`,
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache, no-transform',
      'last-modified': 'Sun, 01 Mar 2026 10:20:30 GMT',
      'accept-ranges': 'bytes',
    })
    expect(await bodyOf(response)).toEqual(bytes)
  })

  test('HEAD tells the same without the bytes', async () => {
    const response = await get('bin', { range: 'bytes=0-9' }, 'HEAD')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe(String(bytes.length))
    expect(await bodyOf(response)).toHaveLength(0)
  })

  test('pictures and text open in the browser; PDF, HTML and SVG never do', async () => {
    for (const [type, disposition] of [
      ['image/png', 'inline'],
      ['text/plain', 'inline'],
      ['application/pdf', 'attachment'],
      ['text/html', 'attachment'],
      ['image/svg+xml', 'attachment'],
    ] as const) {
      await shelve('kind', Buffer.from('x'), type, '日本.txt')
      const response = await get('kind')
      expect(response.headers.get('content-disposition')).toBe(
        `${disposition}; filename="??.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt`,
      )
      expect(response.headers.get('content-type')?.startsWith(type)).toBe(true)
    }
  })

  test.each([
    ['bytes=0-9', 0, 9],
    ['bytes=299990-', 299_990, 299_999],
    ['bytes=-10', 299_990, 299_999],
    ['bytes=-999999', 0, 299_999],
    ['bytes=100-999999999', 100, 299_999],
    ['bytes=299999-299999', 299_999, 299_999],
  ])('part %s', async (range, start, end) => {
    const response = await get('bin', { range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/300000`)
    expect(await bodyOf(response)).toEqual(bytes.subarray(start, end + 1))
  })

  test.each(['bytes=300000-', 'bytes=-0', 'bytes=400000-500000'])('part %s is not to be had: 416', async range => {
    const response = await get('bin', { range })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe('bytes */300000')
  })

  test.each(['bytes=9-0', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6'])(
    '%s is no single range: the whole file',
    async range => {
      const response = await get('bin', { range })
      expect(response.status).toBe(200)
      expect((await bodyOf(response)).length).toBe(bytes.length)
    },
  )

  test('whoever has it already gets 304; a part only of the same file', async () => {
    const etag = (await get('bin', {}, 'HEAD')).headers.get('etag') ?? ''
    const modified = createdAt.toUTCString()
    const asked: Record<string, string>[] = [
      { 'if-none-match': etag },
      { 'if-none-match': `"x", W/${etag}` },
      { 'if-none-match': '"x"', 'if-modified-since': modified },
      { 'if-modified-since': modified },
      { range: 'bytes=0-0', 'if-range': etag },
      { range: 'bytes=0-0', 'if-range': modified },
      { range: 'bytes=0-0', 'if-range': '"x"' },
      { range: 'bytes=0-0', 'if-range': `W/${etag}` },
    ]
    const statuses = await Promise.all(asked.map(async headers => (await get('bin', headers)).status))
    expect(statuses).toEqual([304, 304, 200, 304, 206, 206, 200, 200])
  })

  test('the client goes away: the file is closed', async () => {
    await shelve('long', Buffer.alloc(20_000_000), 'application/zip', 'long.zip')
    const sent = request(`${base}long/name`)
    sent.on('response', response => response.once('data', () => sent.destroy()))
    sent.on('error', () => {})
    sent.end()
    await vi.waitFor(() => expect(opened.at(-1)?.destroyed).toBe(true), { timeout: 30_000 })
  })

  test('a file that is missing in the store is an error page, not a broken download', async () => {
    await shelve('lost', Buffer.from('x'), 'text/plain', 'lost.txt')
    await door.files.delete(shelf.get('lost')?.storageKey ?? '')
    const response = await get('lost')
    expect(response.status).toBe(500)
    expect(response.headers.get('etag')).not.toBe(shelf.get('lost')?.sha256)
    expect(response.headers.get('content-security-policy')).toBeNull()
  })

  test('unknown, not yet checked, infected: not found, each with its reason', async () => {
    await shelve('new', Buffer.from('x'), 'text/plain', 'a', ScanResult.PENDING)
    await shelve('bad', Buffer.from('x'), 'text/plain', 'a', ScanResult.INFECTED)
    const answers = await Promise.all(['none', 'new', 'bad'].map(async id => (await get(id)).text()))
    expect(answers).toEqual(['NOT_FOUND', 'FILE_PENDING', 'FILE_INFECTED'])
  })
})
