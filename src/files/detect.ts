// A file's type is read from its bytes, never from its name or from what the sender called it: both lie at will.
import { isUtf8 } from 'node:buffer'
import { fileTypeFromBuffer } from 'file-type'

/** How much of a file's beginning `detectType` wants to see: enough for the first entries of an office document. */
export const SAMPLE_BYTES = 65_536

/** What a browser may show itself. PDF is not among them: Chromium's and Safari's viewers fail in a sandbox (quality.md asks for one), and a download works everywhere. */
const shownInBrowser = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'text/plain'])

const markup: [RegExp, string][] = [
  [/<svg[\s/>]/i, 'image/svg+xml'],
  [/^<\?xml\s/i, 'application/xml'],
  [
    /^<(?:!doctype\s+html|html|head|body|script|iframe|style|table|div|p|a|h1|br|img|meta|title|b|font)\b/i,
    'text/html',
  ],
  [/^<[!/a-z]/i, 'application/xml'],
]
// biome-ignore lint/suspicious/noControlCharactersInRegex: a text has none of these but tab, line feed, form feed, return and escape
const binary = /[\u0000-\u0008\u000B\u000E-\u001A\u001C-\u001F\u007F]/

/** Media type of a file by its first `SAMPLE_BYTES` bytes; `application/octet-stream` where nothing is certain. */
export async function detectType(sample: Buffer): Promise<string> {
  // A damaged file may break the parser of its format; then nothing is certain either.
  const known = await fileTypeFromBuffer(sample).catch(() => undefined)
  if (known && known.mime !== 'application/xml') return known.mime
  const text = asText(sample)
  return text === null ? 'application/octet-stream' : textType(text)
}

/** Whether a file of this type is shown in the browser; anything else is only ever downloaded. */
export const isShownInBrowser = (contentType: string): boolean => shownInBrowser.has(contentType)

/** Markup gets a type of its own, so that it is never shown: as `text/plain` it would rest on `nosniff` alone. */
function textType(text: string): string {
  const start = text.replace(/^\uFEFF/, '').replace(/^(?:\s+|<!--[\s\S]*?-->)+/, '')
  if (!start.startsWith('<')) return 'text/plain'
  return markup.find(([pattern]) => pattern.test(start))?.[1] ?? 'text/plain'
}

function asText(sample: Buffer): string | null {
  const whole = sample.length < SAMPLE_BYTES ? sample : withoutCutCharacter(sample)
  if (!isUtf8(whole)) return null
  const text = whole.toString('utf8')
  return binary.test(text) ? null : text
}

/** The sample may end inside a character of up to four bytes. */
function withoutCutCharacter(sample: Buffer): Buffer {
  for (let back = 1; back <= 4; back += 1) {
    const byte = sample[sample.length - back] ?? 0
    if (byte < 0x80) return sample.subarray(0, sample.length - back + 1)
    if (byte >= 0xc0) return sample.subarray(0, sample.length - back)
  }
  return sample
}
