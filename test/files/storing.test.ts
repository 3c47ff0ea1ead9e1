import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { MissingFile } from '../../src/files/driver.ts'
import { createFileStore, type FileStore } from '../../src/files/store.ts'
import { type FakeBucket, fakeBucket } from './bucket.ts'
import { filesBelow, listen, MB } from './door.ts'

let folder: string
let bucket: FakeBucket
const stores = new Map<string, FileStore>()
const stored: Record<string, () => Promise<number>> = {
  disk: async () => (await filesBelow(folder)).length,
  bucket: async () => bucket.objects.size + bucket.parts.size,
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plaindesk-store-'))
  bucket = fakeBucket()
  const port = await listen(bucket.server)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  stores.set('disk', await createFileStore({ storageUrl: pathToFileURL(folder).href }))
  stores.set('bucket', await createFileStore({ storageUrl: `s3://files?endpoint=http://127.0.0.1:${port}` }))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  bucket.server.close()
  bucket.server.closeAllConnections()
  await rm(folder, { recursive: true, force: true })
})

function storeNamed(name: string): FileStore {
  const store = stores.get(name)
  if (!store) throw new Error(name)
  return store
}
async function all(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const key of keys) found.push(key)
  return found
}
const streamOf = (...chunks: Buffer[]) => Readable.from(chunks, { objectMode: false })

describe.each(['disk', 'bucket'])('a store: %s', name => {
  test.each([1, 70_000, 12 * MB])('%i bytes come back whole and in parts', async size => {
    const store = storeNamed(name)
    const content = randomBytes(size)
    const key = await store.put(streamOf(content.subarray(0, size / 2), content.subarray(size / 2)))
    expect(key).toMatch(/^\d{4}-\d\d-\d\d\/[0-9a-f]{2}\/[0-9a-f]{40}$/)
    expect((await buffer(await store.read(key))).equals(content)).toBe(true)
    const end = Math.min(size - 1, 4_999)
    expect(await buffer(await store.read(key, { start: 0, end }))).toEqual(content.subarray(0, end + 1))
    await store.delete(key)
    await expect(store.read(key)).rejects.toThrow(MissingFile)
    await expect(store.delete(key)).resolves.toBeUndefined()
  })

  test('what came on a day can be listed', async () => {
    const key = await storeNamed(name).put(streamOf(Buffer.from('x')))
    expect(await all(storeNamed(name).storedOn(new Date()))).toContain(key)
    expect(await all(storeNamed(name).storedOn(new Date('2020-01-01')))).toEqual([])
  })

  test('content that breaks off leaves nothing, however much of it there was', async () => {
    const before = await stored[name]?.()
    for (const chunks of [1, 30]) {
      const breaking = Readable.from(
        (async function* () {
          for (let i = 0; i < chunks; i += 1) yield Buffer.alloc(MB / 4)
          throw new Error('cut')
        })(),
      )
      await expect(storeNamed(name).put(breaking)).rejects.toThrow()
    }
    expect(await stored[name]?.()).toBe(before)
  })
})

describe('on disk', () => {
  test('nobody else on the machine reads a file', async () => {
    const key = await storeNamed('disk').put(streamOf(Buffer.from('secret')))
    expect((await stat(join(folder, key))).mode & 0o777).toBe(0o600)
  })

  test('drafts that a killed process left go when they are old', async () => {
    const old = join(folder, 'drafts', 'old')
    const young = join(folder, 'drafts', 'young')
    await writeFile(old, 'x')
    await writeFile(young, 'x')
    await utimes(old, new Date('2026-01-01'), new Date('2026-01-01'))
    await storeNamed('disk').dropDrafts(new Date(Date.now() - 3_600_000))
    await expect(stat(old)).rejects.toThrow('ENOENT')
    await expect(stat(young)).resolves.toBeDefined()
  })
})

test('a bucket gets large files in parts and needs no newer checksums', () => {
  expect(bucket.requests).toContain('POST ?uploads AWS4-HMAC-SHA256')
  expect(bucket.requests.join()).not.toContain('checksum')
})
