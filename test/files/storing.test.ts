import { randomBytes } from 'node:crypto'
import { rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { StoreAway } from '../../src/files/away.ts'
import { MissingFile } from '../../src/files/driver.ts'
import { createFileStore, type FileStore } from '../../src/files/store.ts'
import { newFolder } from '../kit/folder.ts'
import { type FakeBucket, fakeBucket } from './bucket.ts'
import { filesBelow, listen, MB } from './door.ts'
import { type S3, s3 } from './s3.ts'

let folder: string
let bucket: FakeBucket
let server: S3
const stores = new Map<string, FileStore>()
const stored: Record<string, () => Promise<number>> = {
  disk: async () => (await filesBelow(folder)).length,
  'our bucket': async () => bucket.objects.size + bucket.parts.size,
}

beforeAll(async () => {
  folder = newFolder('store')
  bucket = fakeBucket()
  server = await s3()
  const port = await listen(bucket.server)
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
  stores.set('disk', await createFileStore({ storageUrl: pathToFileURL(folder).href }))
  stores.set('S3', await createFileStore({ storageUrl: server.env.STORAGE_URL }))
  stores.set('our bucket', await createFileStore({ storageUrl: `s3://files?endpoint=http://127.0.0.1:${port}` }))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  bucket.server.close()
  bucket.server.closeAllConnections()
  await server.close()
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

describe.each(['disk', 'S3'])('issue 6 Scale, a store: %s', name => {
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
    expect(await storeNamed(name).isEmpty()).toBe(false)
    expect(await storeNamed(name).size(key)).toBe(1)
  })
})

describe.each(['disk', 'our bucket'])('a store: %s', name => {
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

describe('in a bucket', () => {
  test('large files come in parts, each request is signed, and none needs the newer checksums', () => {
    expect(server.requests).toContain('POST uploads AWS4-HMAC-SHA256')
    expect(server.requests.filter(each => !each.endsWith(' AWS4-HMAC-SHA256'))).toEqual([])
    expect(server.requests.join()).not.toMatch(/checksum|trailer/)
  })

  test('whose key is refused, or that is not there, nothing is stored or read: the store is away', async () => {
    const key = await storeNamed('S3').put(streamOf(Buffer.from('x')))
    const before = await server.objects()
    const other = await createFileStore({ storageUrl: server.env.STORAGE_URL.replace('//files', '//others') })
    server.changeSecret('another')
    const [refused, missing] = [storeNamed('S3'), other]
    await expect(refused.put(streamOf(Buffer.from('y')))).rejects.toThrow(StoreAway)
    await expect(refused.put(streamOf(Buffer.alloc(6 * MB)))).rejects.toThrow(StoreAway)
    await expect(refused.read(key)).rejects.toThrow(StoreAway)
    server.changeSecret()
    await expect(missing.put(streamOf(Buffer.from('y')))).rejects.toThrow(StoreAway)
    await expect(missing.read(key)).rejects.toThrow(StoreAway)
    expect(await server.objects()).toEqual(before)
    expect(await buffer(await refused.read(key))).toEqual(Buffer.from('x'))
  })

  test('what came on a day is listed page by page, however much it is', async () => {
    const store = storeNamed('our bucket')
    const keys = await Promise.all([1, 2, 3, 4, 5].map(() => store.put(streamOf(Buffer.from('x')))))
    bucket.page = 2
    expect((await all(store.storedOn(new Date()))).toSorted()).toEqual(keys.toSorted())
  })
})
