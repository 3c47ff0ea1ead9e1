// Encoded words (RFC 2047): `=?charset?Q?…?=`. Words that stand side by side are joined as bytes before they are decoded,
// because programs cut them in the middle of a character (which §5 forbids).

import { decodeBytes } from './charset.ts'
import { base64, quotedPrintable } from './transfer-encoding.ts'

// Lenient: white space and question marks inside, a missing end.
const word =
  /=\?\s{0,9}([\w.:()+-]*?)(?:\*[\w-]*)?\s{0,9}\?\s{0,9}([bq])\s{0,9}\?((?:[^?\r\n]|\?(?!=))*?)(?:\?=|=?$)(?!=(?![?]))/gi

interface Run {
  charset: string
  words: { isBase64: boolean; text: string }[]
}

export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  let result = ''
  let end = 0
  let run: Run | null = null
  for (const match of text.matchAll(word)) {
    const between = text.slice(end, match.index)
    const charset = (match[1] ?? '').toLowerCase()
    const next = { isBase64: /b/i.test(match[2] ?? ''), text: match[3] ?? '' }
    if (run !== null && between.trim() === '' && run.charset === charset) run.words.push(next)
    else {
      // RFC 2047 §6.2: white space between two encoded words is not shown.
      result += decodedRun(run) + (run !== null && between.trim() === '' ? '' : between)
      run = { charset, words: [next] }
    }
    end = match.index + match[0].length
  }
  return result + decodedRun(run) + text.slice(end)
}

function decodedRun(run: Run | null): string {
  if (run === null) return ''
  const text = decodeBytes(bytesOf(run.words, true), run.charset || null)
  if (!text.includes('\uFFFD')) return text
  const apart = decodeBytes(bytesOf(run.words, false), run.charset || null)
  return apart.includes('\uFFFD') ? text : apart
}

/** `goesOn`: a word that ends inside a group of four base64 letters goes on in the next one; else its padding is missing. */
function bytesOf(words: Run['words'], goesOn: boolean): Buffer {
  const bytes: Buffer[] = []
  let open = ''
  for (const { isBase64, text } of words) {
    if (isBase64) open += text.replace(/[^A-Za-z0-9+/=_-]/g, '')
    else bytes.push(base64(Buffer.from(open)), quotedWord(text))
    if (isBase64 && goesOn && open.length % 4 !== 0 && !open.endsWith('=')) continue
    if (isBase64) bytes.push(base64(Buffer.from(open)))
    open = ''
  }
  bytes.push(base64(Buffer.from(open)))
  return Buffer.concat(bytes)
}

const quotedWord = (text: string): Buffer =>
  quotedPrintable(Buffer.from(text.replace(/=\s+(?=[0-9a-f])/gi, '=').replaceAll('_', ' ')))
