// Confidentiality notices and the lines of virus scanners that are put under mails.
import { bare, isBlank, isQuoted, oneOf, trimmedEnd } from './fold-line.ts'
import { confidential, footSentences, intended } from './fold-signature-words.ts'

const secret = new RegExp(oneOf(confidential), 'iu')
const readers = new RegExp(oneOf(intended), 'iu')
const sentences = new RegExp(oneOf(footSentences), 'iu')
const MOST_LINES = 40
const LOOKED_AT = 4000 // characters of a paragraph; notices are shorter

/** Where the last paragraph before `bottom` begins if it is such a notice, else `bottom`. */
export function disclaimerStart(lines: readonly string[], bottom: number, floor: number): number {
  let start = bottom
  while (start > floor && bottom - start < MOST_LINES && !isBlank(lines[start - 1]!) && !isQuoted(lines[start - 1]!))
    start -= 1
  const text = lines
    .slice(start, bottom)
    .map(line => line.slice(0, LOOKED_AT))
    .join(' ')
    .slice(0, LOOKED_AT)
  // With nothing above it, it would be the mail itself.
  if (start === bottom || trimmedEnd(lines, start) <= floor) return bottom
  return isNotice(text) ? start : bottom
}

function isNotice(text: string): boolean {
  if (text.length >= LOOKED_AT) return false
  if (text.length > 150 && secret.test(text) && readers.test(text)) return true
  return text.length < 400 && sentences.test(bare(text))
}
