import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FSDriver } from 'flydrive/drivers/fs'
import { type ByteRange, MissingFile, type RangedDriver } from './driver.ts'

const DRAFTS = 'drafts'

/**
 * Flydrive's disk, made durable. A file grows as a draft and gets its name only when it lies on the disk whole, so no
 * name ever stands for half a file; it is acknowledged only when name and content survive a power cut.
 */
export class DurableDisk extends FSDriver implements RangedDriver {
  readonly #root: string

  constructor(root: string) {
    super({ location: root, visibility: 'private' })
    this.#root = root
  }

  /** Makes the folder; refuses where it cannot be written to. */
  async open(): Promise<this> {
    await mkdir(join(this.#root, DRAFTS), { recursive: true, mode: 0o700 })
    return this
  }

  override async putStream(key: string, content: Readable): Promise<void> {
    const draft = join(this.#root, DRAFTS, basename(key))
    const path = join(this.#root, key)
    try {
      await pipeline(content, createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }))
      await makeFolder(dirname(path))
      await rename(draft, path)
      await syncFolder(dirname(path))
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }

  async getRange(key: string, range?: ByteRange): Promise<Readable> {
    const file = await open(join(this.#root, key)).catch(error => {
      throw error.code === 'ENOENT' ? new MissingFile(key) : error
    })
    return file.createReadStream(range)
  }

  /** Drafts stay behind when the process is killed while it receives them. */
  async dropDrafts(before: Date): Promise<void> {
    const folder = join(this.#root, DRAFTS)
    for (const name of await readdir(folder)) {
      const found = await stat(join(folder, name)).catch(() => null)
      if (found && found.mtime < before) await rm(join(folder, name), { force: true })
    }
  }
}

/** Makes a folder and writes every entry that was new to the disk. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let at = dirname(folder); at.length >= dirname(first).length && at !== dirname(at); at = dirname(at)) {
    await syncFolder(at)
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // folders cannot be opened there, and NTFS journals its entries
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
