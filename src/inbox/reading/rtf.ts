// The text of compressed RTF, in which Outlook keeps the body of a "rich text" mail (MS-OXRTFCP), the HTML that
// may be wrapped into it (MS-OXRTFEX) left out.

import { decodeBytes } from './charset.ts'

// What the decompressor's window holds at the start (MS-OXRTFCP §2.1.3.1.4).
const START =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx'
const WINDOW = 4096
const COMPRESSED = 0x75465a4c
const MAX_RTF = 4_000_000

export const rtfText = (compressed: Buffer): string => textOfRtf(decompress(compressed).toString('latin1'))

function decompress(bytes: Buffer): Buffer {
  if (bytes.length < 16) return Buffer.alloc(0)
  if (bytes.readUInt32LE(8) !== COMPRESSED) return bytes.subarray(16, 16 + MAX_RTF)
  const size = Math.min(bytes.readUInt32LE(4), MAX_RTF, bytes.length * 18)
  const out = Buffer.alloc(START.length + size)
  let to = out.write(START, 'latin1')
  let at = 16
  while (at < bytes.length && to < out.length) {
    const flags = bytes[at++] ?? 0
    for (let bit = 0; bit < 8 && at < bytes.length && to < out.length; bit += 1) {
      if ((flags & (1 << bit)) === 0) {
        out[to++] = bytes[at++] ?? 0
        continue
      }
      const reference = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
      at += 2
      const back = (to - (reference >> 4) + WINDOW * 2) % WINDOW
      if (back === 0) return out.subarray(START.length, to)
      for (let left = (reference & 15) + 2; left > 0 && to < out.length; left -= 1) {
        out[to] = out[to - back] ?? 0
        to += 1
      }
    }
  }
  return out.subarray(START.length, to)
}

// Control words, characters in hex, groups and text.
const piece = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)/gi
const breaks = /^(?:par|line|row|sect|page)$/
/** Groups that hold no text of the mail. */
const aside =
  /^(?:fonttbl|colortbl|stylesheet|info|pict|object|header|footer|htmltag|mhtmltag|generator|themedata|latentstyles)$/

function textOfRtf(rtf: string): string {
  let text = ''
  let bytes = ''
  let depth = 0
  // The depth from which on nothing counts; 0: everything does.
  let hidden = 0
  let charset = 'windows-1252'
  let skip = 0
  const flush = () => {
    if (bytes !== '') text += decodeBytes(Buffer.from(bytes, 'latin1'), charset)
    bytes = ''
  }
  for (const [, word = '', number, hex, symbol, brace, plain] of rtf.matchAll(piece)) {
    const letter = word.toLowerCase()
    if (brace === '{') depth += 1
    else if (brace === '}') {
      if (depth === hidden) hidden = 0
      depth -= 1
    } else if (symbol === '*' || aside.test(letter)) hidden ||= depth
    else if (letter === 'ansicpg') charset = `windows-${number}`
    else if (hidden > 0) continue
    else if (letter === 'u' && number !== undefined) {
      flush()
      text += String.fromCharCode(Number(number) & 0xffff)
      skip = 1
    } else if (breaks.test(letter)) bytes += '\n'
    else if (letter === 'tab' || letter === 'cell') bytes += '\t'
    else if (symbol === '~') bytes += ' '
    else if (symbol === '\\' || symbol === '{' || symbol === '}') bytes += symbol
    else if (hex !== undefined || plain !== undefined) {
      const found = hex === undefined ? (plain ?? '') : String.fromCharCode(Number.parseInt(hex, 16))
      bytes += found.slice(skip)
      skip = 0
    }
  }
  flush()
  return text
}
