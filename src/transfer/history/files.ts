import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { Intake } from '../../files/intake.ts'
import type { FileStore } from '../../files/store.ts'
import type { StoredFile } from '../../files/stored-file.ts'
import type { FileOfLine, MessageLine } from './format.ts'

/** What the column of sizes holds, in MB. History is kept whole: the limits of the form are not its limits. */
const LARGEST_MB = 2047
const MB = 1024 * 1024

/** Why the files of a ticket cannot be taken; null = they can. None may lie outside the folder, by whatever way. */
export async function faultOfFiles(folder: string, messages: readonly MessageLine[]): Promise<string | null> {
  if (messages.every(({ files }) => files.length === 0)) return null
  const root = await realpath(folder)
  for (const [at, { files }] of messages.entries()) {
    for (const { path } of files) {
      const fault = await faultOf(root, path)
      if (fault) return `messages[${at}].files: ${fault}`
    }
  }
  return null
}

async function faultOf(root: string, path: string): Promise<string | null> {
  const real = await realpath(join(root, path)).catch(() => null)
  if (real === null) return `there is no file "${path}"`
  if (!real.startsWith(root + sep)) return `"${path}" lies outside the folder`
  const found = await stat(real)
  if (!found.isFile()) return `"${path}" is no file`
  return found.size === 0 || found.size > LARGEST_MB * MB ? `"${path}" is empty or larger than ${LARGEST_MB} MB` : null
}

/** Stores the files of a message, as those of every door are: named, measured and typed by their bytes. */
export async function takeFiles(
  store: FileStore,
  folder: string,
  given: readonly FileOfLine[],
  clamdUrl: string | null,
): Promise<StoredFile[]> {
  if (given.length === 0) return []
  const config = { maxUploadMb: LARGEST_MB, maxTotalMb: Number.POSITIVE_INFINITY, maxFiles: given.length, clamdUrl }
  const intake = new Intake({ files: store, config, field: 'files' })
  for (const { path, name } of given) await intake.take(name ?? basename(path), createReadStream(join(folder, path)))
  return intake.finish()
}
