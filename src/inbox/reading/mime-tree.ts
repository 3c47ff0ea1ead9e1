// Takes a mail apart (RFC 2045, 2046), zero-copy: every part is a view into the raw bytes. Written for what arrives, not
// for what is allowed: mailsplit gives up at 1,000 parts or 1 MB of header, and keeps a buffer for every line.

import { bareLineFeeds, isBlankAt, lineEnd, nextLine } from './bytes.ts'
import { type Header, headerText, readHeaders } from './headers.ts'
import { type ParsedValue, parseValue } from './parameters.ts'
import { decodeTransfer } from './transfer-encoding.ts'

export interface MimePart {
  headers: Header[]
  /** Lower case; what RFC 2045 says where it is missing or nonsense. */
  type: string
  parameters: Map<string, string>
  disposition: ParsedValue
  encoding: string
  /** Encoded; for a multipart all of it. */
  body: Buffer
  children: MimePart[]
}

// Deeper than any program nests; what lies below is kept as one file.
const MAX_DEPTH = 40
// A mail of nothing but boundaries would else cost hundreds of bytes for each of its own.
export const MAX_PARTS = 10_000

interface Walk {
  parts: number
  defects: string[]
}

export function mimeTree(raw: Buffer, defects: string[]): MimePart {
  return partOf(bareLineFeeds(raw, defects), 'text/plain', 0, { parts: 0, defects })
}

function partOf(bytes: Buffer, usualType: string, depth: number, walk: Walk): MimePart {
  walk.parts += 1
  const { headers, body } = readHeaders(bytes, depth === 0, walk.defects)
  const contentType = parseValue(headerText(headers, 'content-type'))
  const part: MimePart = {
    headers,
    type: typeOf(contentType.value, usualType, walk.defects),
    parameters: contentType.parameters,
    disposition: parseValue(headerText(headers, 'content-disposition')),
    encoding: encodingOf(headerText(headers, 'content-transfer-encoding')),
    body,
    children: [],
  }
  const isUntyped = depth === 0 && contentType.value === ''
  if (part.type.startsWith('multipart/') || isUntyped) split(part, depth, walk, isUntyped)
  return part
}

function typeOf(value: string, usual: string, defects: string[]): string {
  const type = value.toLowerCase().replace(/\s+/g, '')
  if (type === '') return usual
  const known = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+/.exec(type)?.[0]
  if (known !== undefined) return known
  defects.push(`Content-Type "${type.slice(0, 80)}" is none`)
  return /^text\b|^plain/.test(type) ? 'text/plain' : /^html/.test(type) ? 'text/html' : usual
}

const encodingOf = (text: string): string => /^[\w-]+/.exec(text.trim().toLowerCase())?.[0] ?? ''

function split(part: MimePart, depth: number, walk: Walk, isGuess: boolean): void {
  const pieces = piecesOf(part, isGuess, walk)
  if (pieces === null) {
    // Without a boundary a multipart is what a person sees in it: text.
    if (!isGuess) walk.defects.push('multipart without boundaries, read as text')
    part.type = isGuess ? part.type : 'text/plain'
    return
  }
  if (isGuess) part.type = 'multipart/mixed'
  const usualType = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
  if (depth >= MAX_DEPTH) {
    walk.defects.push('nested too deeply, the rest is kept as one file')
    part.type = 'application/octet-stream'
    return
  }
  for (const piece of pieces) {
    if (walk.parts >= MAX_PARTS) {
      walk.defects.push(`more than ${MAX_PARTS} parts, the rest is left in the original`)
      return
    }
    part.children.push(partOf(piece, usualType, depth + 1, walk))
  }
}

function piecesOf(part: MimePart, isGuess: boolean, walk: Walk): Buffer[] | null {
  const declared = isGuess ? undefined : part.parameters.get('boundary')
  if (declared !== undefined) {
    const pieces = between(part.body, declared, walk.defects)
    if (pieces !== null) return pieces
    // RFC 2045 §6.4 forbids to encode a multipart; some do.
    if (part.encoding === 'base64' || part.encoding === 'quoted-printable') {
      const decoded = decodeTransfer(part.body, part.encoding)
      const inner = between(decoded, declared, walk.defects)
      if (inner !== null) return inner
    }
  }
  const found = boundaryIn(part.body)
  if (found === null) return null
  walk.defects.push('boundary not as declared')
  return between(part.body, found, walk.defects)
}

/** A line that begins a part although no header announced it: `--something`, followed by a MIME header. */
function boundaryIn(body: Buffer): string | null {
  const start = body.subarray(0, 16_384).toString('latin1')
  return (
    /^--(\S[^\r\n]{0,200}?)[ \t]*\r?\nContent-(?:Type|Transfer-Encoding|Disposition)[ \t]*:/im.exec(start)?.[1] ?? null
  )
}

/** The pieces between the lines `--boundary`, up to `--boundary--`; null where there is no such line. */
function between(body: Buffer, boundary: string, defects: string[]): Buffer[] | null {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const pieces: Buffer[] = []
  let start = -1
  let from = 0
  for (;;) {
    const at = boundary === '' ? -1 : body.indexOf(delimiter, from)
    if (at < 0) break
    from = at + delimiter.length
    const kind = lineKind(body, at, from)
    if (kind === 'none') continue
    if (start >= 0) pieces.push(body.subarray(start, lineEnd(body, start, at)))
    start = nextLine(body, from)
    if (kind === 'end') return pieces
  }
  if (start < 0) return null
  defects.push('end boundary missing')
  if (start < body.length) pieces.push(body.subarray(start))
  return pieces
}

function lineKind(body: Buffer, at: number, end: number): 'none' | 'next' | 'end' {
  if (at > 0 && body[at - 1] !== 0x0a) return 'none'
  if (isBlankAt(body, end)) return 'next'
  return body[end] === 0x2d && body[end + 1] === 0x2d && isBlankAt(body, end + 2) ? 'end' : 'none'
}
