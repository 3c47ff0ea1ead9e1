// The text of a text part: decoded, unwrapped, without the files that stand in it.

import { cleanText } from '../../lib/clean-text.ts'
import { decodeBytes } from './charset.ts'
import { unflow } from './flowed.ts'
import type { MimePart } from './mime-tree.ts'
import { decodeTransfer } from './transfer-encoding.ts'
import { type TextFile, takeFiles } from './uuencode.ts'

// Nobody reads more; the whole is listed as a file then. Bounds memory, too: text costs several times its bytes.
export const MAX_TEXT = 2_000_000

export interface PartText {
  text: string
  files: TextFile[]
  isCut: boolean
}

export function plainText(part: MimePart): PartText {
  const { text, isCut } = decodedText(part, part.parameters.get('charset') ?? null)
  const isFlowed = part.parameters.get('format')?.toLowerCase() === 'flowed'
  const deletesSpaces = part.parameters.get('delsp')?.toLowerCase() === 'yes'
  const flat = isFlowed ? unflow(text, deletesSpaces) : isEnriched(part) ? withoutMarks(text) : text
  return isCut ? { text: cleanText(flat), files: [], isCut } : { ...cleaned(takeFiles(flat)), isCut }
}

const isEnriched = (part: MimePart): boolean => part.type === 'text/enriched' || part.type === 'text/richtext'

/** RFC 1896: `<bold>…</bold>`; `<<` is a `<`. */
const withoutMarks = (text: string): string =>
  text.replace(/<param>[^<]{0,500}<\/param>|<<|<\/?[a-z-]{1,60}>/gi, mark => (mark === '<<' ? '<' : ''))

const cleaned = ({ text, files }: { text: string; files: TextFile[] }) => ({ text: cleanText(text), files })

/** The source of an HTML part, not cleaned. */
export function htmlSource(part: MimePart): { text: string; isCut: boolean } {
  return decodedText(part, part.parameters.get('charset') ?? null)
}

function decodedText(part: MimePart, label: string | null): { text: string; isCut: boolean } {
  // Encoded bytes are at most three times as many (quoted-printable).
  const isHuge = part.body.length > MAX_TEXT * 3 + 1_000_000
  const bytes = decodeTransfer(isHuge ? part.body.subarray(0, MAX_TEXT * 3) : part.body, part.encoding)
  const charset = label ?? (part.type === 'text/html' ? metaCharset(bytes) : null)
  const text = decodeBytes(bytes.subarray(0, endOfText(bytes)), charset)
  // Servers that end lines once more make \r\r\n of \r\n.
  return { text: text.replaceAll('\r\r\n', '\n'), isCut: isHuge || bytes.length > MAX_TEXT }
}

/** Where a long text is cut: behind a line, else not within a letter. */
function endOfText(bytes: Buffer): number {
  if (bytes.length <= MAX_TEXT) return bytes.length
  const line = bytes.lastIndexOf(0x0a, MAX_TEXT)
  let end = line > MAX_TEXT / 2 ? line : MAX_TEXT
  while ((bytes[end - 1] ?? 0) >= 0x80 && end > MAX_TEXT - 8) end -= 1
  return end
}

/** `<meta charset=…>`, where the mail itself names none. */
function metaCharset(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 4096).toString('latin1')
  return /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})/i.exec(start)?.[1] ?? null
}
