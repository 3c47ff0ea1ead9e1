import { open } from 'node:fs/promises'
import type { FoundMail } from './find-mails.ts'

/** Larger ones are no mails that anybody sent. */
export const LARGEST = 256 * 1024 * 1024
const FROM = Buffer.from('From ')
const QUOTE = 62
const NEWLINE = 10

/** The bytes of a mail as it was sent; null where they are too many. */
export async function readFound({ path, start, end }: FoundMail): Promise<Buffer | null> {
  await using file = await open(path)
  const until = end ?? (await file.stat()).size
  if (until - start > LARGEST) return null
  const raw = Buffer.alloc(until - start)
  await file.read(raw, 0, raw.length, start)
  return end === null ? raw : unquoted(withoutLastBlank(raw))
}

/** Behind each mail of an mbox stands an empty line that is none of its own. */
function withoutLastBlank(raw: Buffer): Buffer {
  if (raw.length < 2 || raw.at(-1) !== NEWLINE) return raw
  const before = raw.at(-2) === 13 ? raw.length - 2 : raw.length - 1
  return raw.at(before - 1) === NEWLINE ? raw.subarray(0, before) : raw
}

/** mboxrd: each line `From …` of a mail, and each that had been quoted, got one more ">" in front. mboxo quoted only the first. */
function unquoted(raw: Buffer): Buffer {
  const pieces: Buffer[] = []
  let from = 0
  for (let at = raw.indexOf(FROM); at >= 0; at = raw.indexOf(FROM, at + 1)) {
    let start = at
    while (start > from && raw[start - 1] === QUOTE) start -= 1
    if (start === at || (start > 0 && raw[start - 1] !== NEWLINE)) continue
    pieces.push(raw.subarray(from, start))
    from = start + 1
  }
  return pieces.length === 0 ? raw : Buffer.concat([...pieces, raw.subarray(from)])
}
