// `value; name=value; …` of Content-Type and Content-Disposition (RFC 2045 §5.1), with the parameters that are
// continued and encoded (RFC 2231), and those that are encoded as they must not be (RFC 2047 words).

import { decodeBytes } from './charset.ts'
import { decodeWords } from './encoded-words.ts'

export interface ParsedValue {
  value: string
  /** Names in lower case, values decoded. */
  parameters: Map<string, string>
}

// Longer than any name cut in pieces.
const MAX_LENGTH = 32_768
const MAX_PARAMETERS = 500

/** What is broken is read as far as it makes sense: a quote that never closes ends with the header. */
export function parseValue(text: string): ParsedValue {
  const pieces = splitOutsideQuotes(text.slice(0, MAX_LENGTH))
  const raw: [string, string][] = []
  for (const piece of pieces.slice(1, MAX_PARAMETERS)) {
    const equals = piece.indexOf('=')
    const name = piece
      .slice(0, equals < 0 ? undefined : equals)
      .trim()
      .toLowerCase()
    if (name !== '' && equals >= 0) raw.push([name, unquoted(piece.slice(equals + 1).trim())])
  }
  const first = pieces[0] ?? ''
  // "Content-Type: text/plain charset=utf-8" lacks its semicolon.
  const [value = '', ...rest] = first.trim().split(/\s{1,9}(?=(?:charset|name|boundary|filename)\s*=)/i)
  for (const lost of rest) {
    const at = lost.indexOf('=')
    raw.push([lost.slice(0, at).trim().toLowerCase(), unquoted(lost.slice(at + 1).trim())])
  }
  return { value: unquoted(withoutComments(value).trim()), parameters: joined(raw) }
}

function splitOutsideQuotes(text: string): string[] {
  const pieces: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\' && isQuoted && text[at + 1] === '"' && !/^"\s*(?:;|$)/.test(text.slice(at + 1, at + 40)))
      at += 1
    else if (character === '"') isQuoted = !isQuoted
    else if (character === ';' && !isQuoted) {
      pieces.push(text.slice(start, at))
      start = at + 1
    }
  }
  pieces.push(text.slice(start))
  return pieces
}

// A backslash is kept unless it protects a quote or itself: Windows programs write whole paths.
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text.replace(/^'(.*)'$/s, '$1')
  const end = /(?<!\\)"(?=[^"]*$)/.exec(text.slice(1))?.index
  return text.slice(1, end === undefined ? undefined : end + 1).replace(/\\(["\\])/g, '$1')
}

const withoutComments = (text: string): string => text.replace(/\([^()]{0,500}\)/g, '')

interface Segment {
  order: number
  text: string
  isEncoded: boolean
}

/** RFC 2231 §3 and §4: `name*0*=utf-8''…`, `name*1=…`; they win over the plain name. */
function joined(raw: [string, string][]): Map<string, string> {
  const parameters = new Map<string, string>()
  const continued = new Map<string, Segment[]>()
  for (const [name, text] of raw) {
    const match = /^([^*]+)\*(?:(\d{1,4})(\*?))?$/.exec(name)
    if (match?.[1] === undefined) {
      // A boundary may look like an encoded word.
      if (!parameters.has(name)) parameters.set(name, name === 'boundary' ? text : decodeWords(text))
      continue
    }
    const segments = continued.get(match[1]) ?? []
    segments.push({ order: Number(match[2] ?? 0), text, isEncoded: match[2] === undefined || match[3] === '*' })
    continued.set(match[1], segments)
  }
  for (const [name, segments] of continued) parameters.set(name, extended(segments))
  return parameters
}

function extended(segments: Segment[]): string {
  const inOrder = segments.toSorted((a, b) => a.order - b.order)
  const head = inOrder[0]
  const [, charset = '', rest] = /^([^']*)'[^']*'(.*)$/s.exec(head?.isEncoded ? head.text : '') ?? []
  const bytes = inOrder.map((segment, index) => {
    const text = index === 0 && rest !== undefined ? rest : segment.text
    return segment.isEncoded ? percentBytes(text) : Buffer.from(text)
  })
  if (rest === undefined && !inOrder.some(segment => segment.isEncoded)) {
    return decodeWords(inOrder.map(segment => segment.text).join(''))
  }
  return decodeWords(decodeBytes(Buffer.concat(bytes), charset || null))
}

function percentBytes(text: string): Buffer {
  const bytes = text.replace(/[^\x20-\x7e]/g, letter => encodeURIComponent(letter.toWellFormed()))
  return Buffer.from(
    bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}
