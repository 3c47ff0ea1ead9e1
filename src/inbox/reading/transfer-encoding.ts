// Content-Transfer-Encoding (RFC 2045 §6): decoded as far as it goes, whatever stands in it. Own and over bytes, so that a
// mail of 25 MB needs no strings of that length; the libraries work on strings.

import { uudecode } from './uuencode.ts'

const EQUALS = 0x3d
const LF = 0x0a

export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return looksLikeBase64(bytes) ? base64(bytes) : bytes
  if (encoding === 'quoted-printable') return quotedPrintable(bytes)
  if (/^(?:x-?)?uu(?:e|encode)?$/.test(encoding)) return uudecode(bytes)?.content ?? bytes
  return bytes
}

// -1 nothing of base64; both alphabets of RFC 4648.
const sextets = new Int8Array(256).fill(-1)
for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  sextets[letter.charCodeAt(0)] = value
sextets['-'.charCodeAt(0)] = 62
sextets['_'.charCodeAt(0)] = 63

/** Other characters are passed over; padding may stand in the middle, where pieces were put together. */
export function base64(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil((bytes.length * 3) / 4))
  let length = 0
  let group = 0
  let bits = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    const sextet = sextets[byte] ?? -1
    if (byte === EQUALS) bits = 0
    if (sextet < 0) continue
    group = ((group << 6) | sextet) & 0xffffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    out[length] = (group >> bits) & 0xff
    length += 1
  }
  return out.subarray(0, length)
}

/** Text that is only called base64 has spaces between words. */
function looksLikeBase64(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 4096).toString('latin1').trim()
  const foreign = start.replace(/[A-Za-z0-9+/=_\-\s]/g, '').length + (start.match(/\S[ \t]+\S/g)?.length ?? 0)
  return start.length === 0 || foreign * 12 < start.length
}

/** Soft breaks go, `=XX` becomes a byte, everything else stays as it is. */
export function quotedPrintable(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0
    if (byte === EQUALS) {
      const code = hex(bytes[at + 1]) * 16 + hex(bytes[at + 2])
      if (code >= 0) {
        out[length++] = code
        at += 3
        continue
      }
      const next = softBreak(bytes, at + 1)
      if (next > 0) {
        at = next
        continue
      }
    }
    out[length++] = byte
    at += 1
  }
  return out.subarray(0, length)
}

// What is no digit makes every sum with it negative.
const digits = new Int16Array(256).fill(-1000)
for (const [value, letter] of [...'0123456789ABCDEF'].entries()) {
  digits[letter.charCodeAt(0)] = value
  digits[letter.toLowerCase().charCodeAt(0)] = value
}

const hex = (byte: number | undefined): number => digits[byte ?? 0] ?? -1000

/** White space before the line break was added on the way (§6.7 rule 3). */
function softBreak(bytes: Buffer, at: number): number {
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d) at += 1
  if (at >= bytes.length) return at
  return bytes[at] === LF ? at + 1 : 0
}
