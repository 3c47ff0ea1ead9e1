import { randomBytes } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import { createFileStore } from '../files/store.ts'
import { wordsOf } from '../lib/error-words.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const GB = 1024 ** 3

/** Writes a small file, reads it back, finds it in the list and deletes it. */
export async function fileStore(config: Pick<Config, 'storageUrl'>): Promise<Finding> {
  const where = config.storageUrl.split('?')[0] ?? ''
  let doing = 'opened'
  try {
    const store = await createFileStore(config)
    const content = randomBytes(1000)
    doing = 'written to'
    const key = await store.put(Readable.from([content], { objectMode: false }))
    doing = 'read'
    const isSame = (await buffer(await store.read(key))).equals(content)
    doing = 'listed'
    const isListed = await has(store.storedOn(new Date()), key)
    doing = 'deleted from'
    await store.delete(key)
    if (!isListed) return fail(`${where} does not list what is in it, so files that nobody needs stay for good.`)
    return isSame
      ? ok(`${where} was written to, read, listed and deleted from`)
      : fail(`${where} gives back something else than was written.`)
  } catch (error) {
    return fail(`${where} cannot be ${doing}: ${wordsOf(error)}. ${mend(config.storageUrl)}`)
  }
}

async function has(keys: AsyncIterable<string>, wanted: string): Promise<boolean> {
  for await (const key of keys) if (key === wanted) return true
  return false
}

const mend = (url: string): string =>
  url.startsWith('s3:')
    ? 'Check STORAGE_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that they may put, get, list and delete.'
    : 'Check STORAGE_URL, and that the user whom Plaindesk runs as owns that folder.'

const LITTLE = 1 * GB
const TOO_LITTLE = 0.1 * GB

/** Room where files and the embedded database grow. */
export async function disk({ storageUrl, dataDir }: Pick<Config, 'storageUrl' | 'dataDir'>): Promise<Finding> {
  const folders = new Set([dataDir, ...(storageUrl.startsWith('file:') ? [fileURLToPath(storageUrl)] : [])])
  const found = await Promise.all([...folders].map(async folder => ({ folder, free: await freeBytes(folder) })))
  const [least] = found.toSorted((a, b) => a.free - b.free)
  if (!least) return ok('nothing grows here')
  const words = `${(least.free / GB).toFixed(1)} GB free for ${least.folder}`
  if (least.free < TOO_LITTLE) return fail(`${words}. Make room: without it no file is taken.`)
  return least.free < LITTLE ? warn(`${words}. Make room soon.`) : ok(words)
}

/** Of a folder that is still to be made: where it will be. */
async function freeBytes(folder: string): Promise<number> {
  const found = await statfs(folder).catch(() => null)
  if (found) return found.bavail * found.bsize
  return folder === dirname(folder) ? 0 : freeBytes(dirname(folder))
}
