// S/MIME mails that are signed opaquely (RFC 8551 §3.5.2): the mail itself lies within a CMS structure. It is taken out to
// be read; nothing is verified. Encrypted ones stay what they are: a file.

const CONSTRUCTED = 0x20
const OCTETS = 0x04
const SEQUENCE = 0x30
const MAX_DEPTH = 12
/** 1.2.840.113549.1.7.2 signedData, …1.7.1 data, …9.16.1.9 compressedData is not read. */
const data = Buffer.from('06092a864886f70d010701', 'hex')
const signedData = Buffer.from('06092a864886f70d010702', 'hex')

/** The signed content, null where there is none to be found. */
export function signedContent(bytes: Buffer): Buffer | null {
  const head = bytes.subarray(0, 40)
  if (bytes[0] !== SEQUENCE || !head.includes(signedData)) return null
  const at = bytes.indexOf(data, 11)
  if (at < 0 || at > 400) return null
  // [0] EXPLICIT OCTET STRING, in one piece or (BER) in many.
  const explicit = read(bytes, at + data.length)
  if (explicit === null || explicit.tag !== 0xa0) return null
  const pieces: Buffer[] = []
  collect(bytes.subarray(explicit.start, explicit.end), pieces, 0)
  return pieces.length === 0 ? null : Buffer.concat(pieces)
}

interface Element {
  tag: number
  start: number
  end: number
  isOpen: boolean
}

function read(bytes: Buffer, at: number): Element | null {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) return null
  if (first === 0x80) return { tag, start: at + 2, end: bytes.length, isOpen: true }
  const many = first & 0x80 ? first & 0x7f : 0
  if (many > 4 || at + 2 + many > bytes.length) return null
  const length = many === 0 ? first : bytes.readUIntBE(at + 2, many)
  const start = at + 2 + many
  return { tag, start, end: Math.min(bytes.length, start + length), isOpen: false }
}

/** Collects octet strings; returns where the elements are over. */
function collect(bytes: Buffer, pieces: Buffer[], depth: number): number {
  let at = 0
  while (at < bytes.length) {
    const element = read(bytes, at)
    if (element === null) return bytes.length
    if (element.tag === 0 && element.end === element.start) return element.end
    if (element.tag === OCTETS) pieces.push(bytes.subarray(element.start, element.end))
    else if (element.tag !== (OCTETS | CONSTRUCTED) || depth >= MAX_DEPTH) return bytes.length
    else {
      const length = collect(bytes.subarray(element.start, element.end), pieces, depth + 1)
      if (element.isOpen) {
        at = element.start + length
        continue
      }
    }
    at = element.end
  }
  return at
}
