// The head of a mail or of a part (RFC 5322 §2.2), with the mistakes that programs make in it.

import { isBlankAt, lineEnd, nextLine } from './bytes.ts'
import { charsetOfHeaders, decodeRaw } from './charset.ts'

export interface Header {
  /** In lower case. */
  key: string
  /** Unfolded; raw 8-bit bytes are decoded, encoded words are not. */
  value: string
}

// What one header may say at most: thousands of recipients, and no more of a header bomb.
const MAX_VALUE = 131_072
const MAX_HEADERS = 2_000
// More is no header, but text with colons in it.
const MAX_WRONG_FOLDS = 20
const fieldName = /^([!-9;-~]{1,200})[ \t]*:/
const usualName =
  /^(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path|x-[\w-]+)[ \t]*:/i

/** The first value of a header, empty where it is missing. */
export const headerText = (headers: readonly Header[], key: string): string =>
  headers.find(header => header.key === key)?.value ?? ''

/** Every value of a header. */
export const headerTexts = (headers: readonly Header[], key: string): string[] =>
  headers.filter(header => header.key === key).map(header => header.value)

interface Field {
  key: string
  pieces: Buffer[]
  length: number
}

/** Reads up to the first blank line, or to the first line that can be no header. */
export function readHeaders(bytes: Buffer, isMail: boolean, defects: string[]): { headers: Header[]; body: Buffer } {
  const fields: Field[] = []
  let wrongFolds = 0
  let at = isMail ? startOf(bytes) : 0
  while (at < bytes.length) {
    const next = nextLine(bytes, at)
    const line = bytes.subarray(at, lineEnd(bytes, at, next))
    if (isEnd(bytes, at, line)) {
      const beyond = isMail && !fields.some(field => field.key === 'from') ? goesOnBeyond(bytes, next) : null
      if (beyond === null) return { headers: decoded(fields), body: bytes.subarray(next) }
      defects.push('blank line within the header')
      at = beyond
      continue
    }
    if (!take(line, fields)) {
      if (fields.length > 0 && wrongFolds < MAX_WRONG_FOLDS && goesOn(bytes, next)) {
        wrongFolds += 1
        defects.push('header folded without white space')
        append(fields.at(-1), Buffer.concat([Buffer.from(' '), line]))
      } else {
        if (fields.length > 0 || isMail) defects.push('no blank line between header and body')
        break
      }
    }
    at = next
  }
  return { headers: decoded(fields), body: bytes.subarray(at) }
}

/** Past a byte order mark, blank lines and the "From " line of a mailbox file. */
function startOf(bytes: Buffer): number {
  let at = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
  while (at < bytes.length && isBlankAt(bytes, at)) at = nextLine(bytes, at)
  const start = bytes.subarray(at, at + 6).toString('latin1')
  return /^>?From /.test(start) ? nextLine(bytes, at) : at
}

/** A line of white space ends the header, too, where no header follows it. */
function isEnd(bytes: Buffer, at: number, line: Buffer): boolean {
  if (line.length === 0) return true
  if (!isBlankAt(bytes, at)) return false
  const after = nextLine(bytes, at)
  const following = bytes.subarray(after, after + 250).toString('latin1')
  return !fieldName.test(following) && !/^[ \t]+\S/.test(following)
}

function take(line: Buffer, fields: Field[]): boolean {
  if (line[0] === 0x20 || line[0] === 0x09) {
    const last = fields.at(-1)
    if (last === undefined) return false
    append(last, line)
    return true
  }
  const match = fieldName.exec(line.subarray(0, 250).toString('latin1'))
  if (match?.[1] === undefined) return false
  const field = { key: match[1].toLowerCase(), pieces: [], length: 0 }
  append(field, line.subarray(match[0].length))
  if (fields.length < MAX_HEADERS) fields.push(field)
  return true
}

function append(field: Field | undefined, line: Buffer): void {
  if (field === undefined || field.length >= MAX_VALUE) return
  field.pieces.push(line.subarray(0, MAX_VALUE - field.length))
  field.length += line.length
}

/** Blank lines in the middle of a header that has named no author yet: where it goes on, else null. */
function goesOnBeyond(bytes: Buffer, from: number): number | null {
  let at = from
  for (let looked = 0; looked < 5 && at < bytes.length && isBlankAt(bytes, at); looked += 1) at = nextLine(bytes, at)
  const line = bytes.subarray(at, at + 250).toString('latin1')
  return usualName.test(line) && goesOn(bytes, nextLine(bytes, at)) ? at : null
}

/** Whether the header goes on after a line that is none: then that line was folded wrongly. */
function goesOn(bytes: Buffer, from: number): boolean {
  let at = from
  for (let looked = 0; looked < 20 && at < bytes.length; looked += 1) {
    const next = nextLine(bytes, at)
    const line = bytes.subarray(at, Math.min(lineEnd(bytes, at, next), at + 250)).toString('latin1')
    if (line.trim() === '') return false
    if (usualName.test(line)) return true
    at = next
  }
  return false
}

function decoded(fields: Field[]): Header[] {
  const raw = fields.map(field => ({ key: field.key, bytes: Buffer.concat(field.pieces) }))
  const charset = charsetOfHeaders(raw)
  return raw.map(({ key, bytes }) => ({ key, value: decodeRaw(bytes, charset).trim() }))
}
