// Bytes → text. The name that the mail gives is a hint, not the truth: UTF-8 under another name, windows-1252 called
// us-ascii and no name at all are each more common than many charsets.

import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { guessCharset } from './charset-guess.ts'
import { charsetOf, FALLBACK } from './charset-names.ts'
import { hzBytes, shifted, withoutIdleEscapes } from './charset-shifts.ts'

/** Text of a body or an encoded word. */
export function decodeBytes(bytes: Buffer, label: string | null): string {
  if (isAscii(bytes) && !hasEscape(bytes, label)) return bytes.toString('latin1')
  const charset = withMark(bytes) ?? (label === null ? null : twinOf(charsetOf(label), bytes))
  if (charset !== null && isStateful(charset) && (isAscii(bytes) || !isSevenBit(charset)))
    return decodeAs(bytes, charset)
  if (isAscii(bytes)) return bytes.includes(0x1b) ? decodeAs(bytes, 'iso-2022-jp') : bytes.toString('latin1')
  if (charset !== null && isManyByte(charset)) return betterOf(bytes, charset)
  if (isUtf8(bytes)) return bytes.toString('utf8')
  if (charset === 'utf-8') return mostlyUtf8(bytes)
  const relative = relatives[charset ?? '']?.find(other => !decodeAs(bytes, other).includes('\uFFFD'))
  if (relative !== undefined) return decodeAs(bytes, relative)
  // Programs say ISO-8859-1 or nothing for whatever the computer's own charset is.
  return decodeAs(
    bytes,
    charset === null || (charset === FALLBACK && /ascii|ansi|bit/i.test(label ?? '')) ? guessCharset(bytes) : charset,
  )
}

/** Unencoded 8-bit header text: UTF-8 (RFC 6532), else in `charset`. */
export function decodeRaw(bytes: Buffer, charset: string): string {
  if (isAscii(bytes)) return bytes.includes(0x1b) ? decodeAs(bytes, 'iso-2022-jp') : bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : charset === 'utf-8' ? mostlyUtf8(bytes) : decodeAs(bytes, charset)
}

/** What unencoded header text is in: the body's charset, else what it looks like. */
export function charsetOfHeaders(headers: { key: string; bytes: Buffer }[]): string {
  const foreign = headers.map(header => header.bytes).filter(bytes => !isAscii(bytes) && !isUtf8(bytes))
  if (foreign.length === 0) return 'utf-8'
  const type = headers.find(header => header.key === 'content-type')?.bytes.toString('latin1') ?? ''
  const label = /charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1]
  const named = label === undefined ? null : charsetOf(label)
  if (named !== null && !isStateful(named) && named !== 'utf-8' && named !== FALLBACK) return named
  return guessCharset(Buffer.concat(foreign))
}

const isStateful = (charset: string): boolean => /^utf-(?:7|16|32)|^iso-2022|^hz$/.test(charset)
const isSevenBit = (charset: string): boolean => /^utf-7|^iso-2022|^hz$/.test(charset)
const isManyByte = (charset: string): boolean => /^(?:gb18030|big5hkscs|cp949|cp932|euc-jp)$/.test(charset)

const twins: Record<string, string> = {
  'iso-8859-2': 'windows-1250',
  'iso-8859-5': 'windows-1251',
  'iso-8859-6': 'windows-1256',
  'iso-8859-7': 'windows-1253',
  'iso-8859-8': 'windows-1255',
  'iso-8859-13': 'windows-1257',
  'iso-8859-15': 'windows-1252',
}

/** ISO 8859 has control characters where the charset of Windows for the same languages has letters and quotes. */
function twinOf(charset: string | null, bytes: Buffer): string | null {
  const twin = twins[charset ?? '']
  return twin !== undefined && bytes.some(byte => byte >= 0x80 && byte <= 0x9f) ? twin : charset
}

// What is eight bits and called a charset of seven.
const relatives: Record<string, string[]> = {
  'iso-2022-jp': ['cp932', 'euc-jp'],
  'iso-2022-kr': ['cp949'],
  hz: ['gb18030'],
}

/** Charsets of seven bits that switch by escape sequences or letters. */
function hasEscape(bytes: Buffer, label: string | null): boolean {
  if (bytes.includes(0x1b) || bytes.includes(0)) return true
  const charset = label === null ? null : charsetOf(label)
  return charset !== null && isStateful(charset)
}

function decodeAs(bytes: Buffer, charset: string): string {
  if (charset === 'utf-8') return bytes.toString('utf8')
  if (charset === 'iso-2022-jp') return new TextDecoder('iso-2022-jp').decode(withoutIdleEscapes(bytes))
  if (charset === 'iso-2022-kr') return iconv.decode(shifted(bytes, 0x0e, 0x0f), 'cp949')
  if (charset === 'hz') return iconv.decode(hzBytes(bytes), 'gb18030')
  return iconv.decode(bytes, iconv.encodingExists(charset) ? charset : FALLBACK)
}

/** UTF-8 under the name of another charset of several bytes: the one without broken characters. */
function betterOf(bytes: Buffer, charset: string): string {
  const text = decodeAs(bytes, charset)
  return text.includes('\uFFFD') && isUtf8(bytes) ? bytes.toString('utf8') : text
}

/** Called UTF-8 and broken: a few wrong bytes among right ones, or another charset altogether. */
function mostlyUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const broken = text.match(/\uFFFD/g)?.length ?? 0
  const right = text.match(/[\u0080-\uFFFC\uFFFE\uFFFF]/g)?.length ?? 0
  return right >= broken ? text : decodeAs(bytes, guessCharset(bytes))
}

function withMark(bytes: Buffer): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 'utf-16'
  return null
}
