// Where in files each mail is, and of when: mailboxes may be larger than memory, and mails are filed in the order of time.
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { headersOf } from '../../inbox/raw-mail.ts'
import { headerText, readHeaders } from '../../inbox/reading/headers.ts'
import { mailDate } from '../../inbox/reading/mail-date.ts'

export interface FoundMail {
  path: string
  start: number
  /** The byte after it; null = the whole file. */
  end: number | null
  at: Date
}

const CHUNK = 1024 * 1024
const NEWLINE = 10
/** Enough of a mail to find its date in. */
const HEAD_BYTES = 64 * 1024
/** As mail programs write it above each mail: `From ann@acme.example Mon Mar  4 10:00:00 2019`. */
const FROM_LINE = /^From \S.*\d\d:\d\d/

/** Each mail of an mbox file: it begins below a line such as above, that stands behind an empty one or at the start. */
export async function* mailsInMbox(path: string): AsyncGenerator<FoundMail> {
  let begun: { start: number; head: Buffer[]; length: number; written: string } | null = null
  let isBlank = true
  let position = 0
  for await (const line of rawLines(path)) {
    const text = isBlank && line.length < 500 ? line.toString('latin1') : ''
    if (FROM_LINE.test(text)) {
      if (begun) yield found(path, begun, position)
      begun = { start: position + line.length, head: [], length: 0, written: text }
    } else if (begun && begun.length < HEAD_BYTES) {
      begun.head.push(line)
      begun.length += line.length
    }
    isBlank = line.length <= 2 && line.toString('latin1').trim() === ''
    position += line.length
  }
  if (begun) yield found(path, begun, position)
}

/** Each mail of a maildir, and of the folders in it: what lies in `cur` and `new`. */
export async function* mailsInMaildir(folder: string): AsyncGenerator<FoundMail> {
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory() || entry.name === 'tmp') continue
    if (entry.name !== 'cur' && entry.name !== 'new') yield* mailsInMaildir(path)
    else for (const name of (await readdir(path)).sort()) yield ofFile(join(path, name))
  }
}

async function ofFile(path: string): Promise<FoundMail> {
  await using file = await open(path)
  const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return { path, start: 0, end: null, at: dateIn(buffer.subarray(0, bytesRead)) ?? (await stat(path)).mtime }
}

function found(
  path: string,
  { start, head, written }: { start: number; head: Buffer[]; written: string },
  end: number,
): FoundMail {
  const [, stamp = ''] = /^From \S+\s+(\S.*)$/.exec(written.trim()) ?? []
  return { path, start, end, at: dateIn(Buffer.concat(head)) ?? mailDate(stamp) ?? new Date(0) }
}

function dateIn(head: Buffer): Date | null {
  const { headers } = readHeaders(headersOf(head), true, [])
  return mailDate(headerText(headers, 'date'))
}

/** With their line ends; a very long one comes in pieces. */
async function* rawLines(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let from = 0
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      yield bytes.subarray(from, at + 1)
      from = at + 1
    }
    rest = bytes.subarray(from)
    if (rest.length <= CHUNK) continue
    yield rest
    rest = Buffer.alloc(0)
  }
  if (rest.length > 0) yield rest
}
