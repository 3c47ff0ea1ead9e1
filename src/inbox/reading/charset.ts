// Bytes → text. The name that the mail gives is a hint, not the truth: UTF-8 under another name, windows-1252 called
// us-ascii and no name at all are each more common than many charsets. Names are read as browsers read them
// (https://encoding.spec.whatwg.org/#names-and-labels), and what mails add to these.

import { isAscii, isUtf8 } from 'node:buffer'
import chardet from 'chardet'
import iconv from 'iconv-lite'

const FALLBACK = 'windows-1252'
// Enough to tell a language by; more costs time.
const SAMPLE = 65_536

const aliases: [RegExp, string][] = [
  [/^(?:unicode-1-1-|x-?unicode-\d-\d-)?utf-?8(?:mb[34])?$|^unicode$|^65001$/, 'utf-8'],
  [/^(?:x-)?(?:unicode-[12]-[10]-|csunicode11)?utf-?7$/, 'utf-7'],
  [/^(?:us-?)?ascii|^ansi|^iso-?646|^7-?bit|^8-?bit|^(?:iso-?8859-?1|latin-?1|l1|cp819)(?:-windows.*)?$/, FALLBACK],
  [/^(?:gb.*2312.*|gbk|x-gbk|cp-?936|ms936|gb-?18030|x-cp20936|windows-936|chinese|euc-?cn|zh-cn)$/, 'gb18030'],
  [/^hz(?:-gb-?2312)?$/, 'hz'],
  [/^(?:x-?x?-?)?big-?5.*$|^cp-?950$|^ms950$|^windows-950$/, 'big5hkscs'],
  [/^ks.?c.?5601.*|^euc-?kr$|^(?:cp|ms|windows-?)-?949$|^korean$|^csksc.*|^uhc$|^x-windows-949$/, 'cp949'],
  [/^iso-?2022-?kr$/, 'iso-2022-kr'],
  [/^(?:cs)?iso-?2022-?jp.*|^(?:x-)?jis7?$|^cp5022[0-2]$/, 'iso-2022-jp'],
  [/^(?:cs|x-|ms_)?(?:shift-?_?jis|sjis|kanji)$|^(?:cp|ms|windows-?)-?(?:932|31j)$/, 'cp932'],
  [/^(?:cs|x-)?euc-?jp.*$|^ujis$/, 'euc-jp'],
  [/^iso-?8859-?8(?:-[ei])?$|^logical$|^visual$|^csisolatinhebrew$/, 'iso-8859-8'],
  [/^iso-?8859-?6(?:-[ei])?$/, 'iso-8859-6'],
  [/^iso-?8859-?9$|^latin-?5$/, 'windows-1254'],
  [/^iso-?8859-?11$|^tis-?620$|^windows-874$|^cp-?874$/, 'windows-874'],
  [/^(?:x-)?(?:cp|win|windows|ms|ibm)[-_]?(125\d)$/, 'windows-$1'],
  [/^(?:x-)?(?:cp|ibm|dos)[-_]?(437|737|775|85\d|86\d)$/, 'cp$1'],
  [/^iso[-_]?8859[-_]?(\d+).*$/, 'iso-8859-$1'],
  [/^latin-?2$|^l2$/, 'iso-8859-2'],
  [/^latin-?9$|^l9$|^latin-?0$/, 'iso-8859-15'],
  [/^(?:x-)?mac(?:intosh|-?roman)?$/, 'macintosh'],
  [/^x-mac-(\w+)$/, 'mac$1'],
  [/^(?:cs)?koi8(?:-?r)?$/, 'koi8-r'],
  [/^(?:utf|ucs|csunicode)-?16?(?:le|be)?$|^iso-10646-ucs-2$|^ucs-?2$/, 'utf-16'],
]

/** The decoder for a charset's name, null where nobody knows it. */
export function charsetOf(label: string): string | null {
  const name = label
    .toLowerCase()
    .replace(/^charset\s*=/, '')
    .replace(/["'\s;,]/g, '')
    .replaceAll('_', '-')
    .slice(0, 60)
  if (name === '') return null
  for (const [pattern, charset] of aliases) {
    const match = pattern.exec(name)
    if (match !== null) return charset.replace('$1', match[1] ?? '')
  }
  return iconv.encodingExists(name) && !/^(?:base64|hex|binary|internal)/.test(name) ? name : null
}

/** Text of a body or an encoded word. */
export function decodeBytes(bytes: Buffer, label: string | null): string {
  if (isAscii(bytes) && !hasEscape(bytes, label)) return bytes.toString('latin1')
  const named = label === null ? null : charsetOf(label)
  const charset = withMark(bytes) ?? named
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
    charset === null || (charset === FALLBACK && /ascii|ansi|bit/i.test(label ?? '')) ? guess(bytes) : charset,
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
  return guess(Buffer.concat(foreign))
}

const isStateful = (charset: string): boolean => /^utf-(?:7|16|32)|^iso-2022|^hz$/.test(charset)
const isSevenBit = (charset: string): boolean => /^utf-7|^iso-2022|^hz$/.test(charset)
const isManyByte = (charset: string): boolean => /^(?:gb18030|big5hkscs|cp949|cp932|euc-jp)$/.test(charset)

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

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of ISO-2022
const idleEscape = /\u001B\([BJ](?=\u001B)/g

/** Two escape sequences without a letter between them, where encoded words meet: a browser calls that an attack. */
function withoutIdleEscapes(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(idleEscape, ''), 'latin1')
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
  return right >= broken ? text : decodeAs(bytes, guess(bytes))
}

function withMark(bytes: Buffer): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 'utf-16'
  return null
}

// The two are native: no byte of a large mail is looked at in JavaScript.

const likely = /^(?:UTF-8|Shift_JIS|EUC-JP|EUC-KR|Big5|GB18030|KOI8-R|windows-125[1356]|ISO-8859-[2578])$/

function guess(bytes: Buffer): string {
  const foreign = bytes.subarray(0, SAMPLE)
  const match = chardet.analyse(foreign).find(found => likely.test(found.name))
  return match === undefined || match.confidence < 30 ? FALLBACK : (charsetOf(match.name) ?? FALLBACK)
}

/** Shift-out and shift-in (RFC 1557): between them every byte has its eighth bit. */
function shifted(bytes: Buffer, out: number, back: number): Buffer {
  const result: number[] = []
  let isShifted = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === 0x1b && bytes[at + 1] === 0x24) at += 3
    else if (byte === out) isShifted = true
    else if (byte === back || byte === 0x0a) {
      isShifted = false
      if (byte === 0x0a) result.push(byte)
    } else result.push(isShifted && byte > 0x20 ? byte | 0x80 : byte)
  }
  return Buffer.from(result)
}

/** RFC 1843: `~{` … `~}`. */
function hzBytes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replace(/~\r?\n/g, '')
  const eight = text.replace(/~\{([^\n]*?)(?:~\}|$)/gm, (_, inner: string) =>
    inner.replace(/[!-~]/g, letter => String.fromCharCode(letter.charCodeAt(0) | 0x80)),
  )
  return Buffer.from(eight.replaceAll('~~', '~'), 'latin1')
}
