import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Disk, DriveFile } from 'flydrive'
import type { Config } from '../config.ts'
import { storeErrorOf } from './away.ts'
import { DurableDisk } from './disk.ts'
import type { ByteRange, RangedDriver } from './driver.ts'

/**
 * Where the bytes of attachments live: a disk or a bucket. What they are and whose is written in the database. Where it is
 * full or does not answer it throws `StoreAway`.
 */
export interface FileStore {
  /** Stores a stream with constant memory and answers its key once it is there for good; if it breaks off, nothing stays. */
  put(content: Readable): Promise<string>
  /** Opens a file or a part of it; throws `MissingFile`. */
  read(key: string, range?: ByteRange): Promise<Readable>
  /** In bytes. */
  size(key: string): Promise<number>
  /** Stores a file of a backup under the key that it had; what is there already is replaced. */
  putBack(key: string, content: Readable): Promise<void>
  /** Whether no file is there. */
  isEmpty(): Promise<boolean>
  /** Already gone is fine. */
  delete(key: string): Promise<void>
  /** The keys of all files that were stored on a day (UTC). */
  storedOn(day: Date): AsyncIterable<string>
  /** Removes what uploads left behind that broke off before the given time. */
  dropDrafts(before: Date): Promise<void>
}

/** Opens the store that `STORAGE_URL` names; refuses where it cannot be. */
export async function createFileStore({ storageUrl }: Pick<Config, 'storageUrl'>): Promise<FileStore> {
  const driver = await openDriver(new URL(storageUrl))
  const disk = new Disk(driver)
  return {
    async put(content) {
      const key = newKey()
      await disk.putStream(key, content).catch(refused)
      return key
    },
    read: (key, range) => driver.getRange(key, range).catch(refused),
    size: async key => (await disk.getMetaData(key).catch(refused)).contentLength,
    putBack: (key, content) => disk.putStream(key, content).catch(refused),
    isEmpty: () => isEmpty(disk),
    delete: key => disk.delete(key),
    storedOn: day => keysBelow(disk, folderOf(day)),
    dropDrafts: before => driver.dropDrafts(before),
  }
}

function refused(error: unknown): never {
  throw storeErrorOf(error)
}

async function openDriver(url: URL): Promise<RangedDriver> {
  if (url.protocol === 'file:') return new DurableDisk(fileURLToPath(url)).open()
  const { Bucket } = await import('./bucket.ts')
  return new Bucket(url)
}

/**
 * Random, so that a key tells nothing of its file; below the day it came, so that files which a crash left without a row
 * are found by looking at a day and not at everything; and in 256 folders, so that none grows without end.
 */
function newKey(): string {
  const name = randomBytes(20).toString('hex')
  return `${folderOf(new Date())}/${name.slice(0, 2)}/${name}`
}

const folderOf = (day: Date): string => day.toISOString().slice(0, 10)

/** Drafts are none; a bucket has no folders, so the first page tells. */
async function isEmpty(disk: Disk): Promise<boolean> {
  const { objects } = await disk.listAll('', { recursive: true })
  return ![...objects].some(found => found instanceof DriveFile && !found.key.startsWith('drafts/'))
}

async function* keysBelow(disk: Disk, folder: string): AsyncGenerator<string> {
  let paginationToken: string | undefined
  do {
    const page = await disk.listAll(folder, { recursive: true, paginationToken })
    for (const found of page.objects) if (found instanceof DriveFile) yield found.key
    paginationToken = page.paginationToken
  } while (paginationToken)
}
