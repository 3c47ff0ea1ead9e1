// Signatures at the end of own words. A word of the customer that is folded away costs more than a telephone number that
// is shown: only what is unmistakable goes.
import { contactBlockStart } from './fold-contact.ts'
import { disclaimerStart } from './fold-disclaimer.ts'
import { bare, isBlank, isLong, isQuoted, oneOf, trimmedEnd } from './fold-line.ts'
import { devices, sentWith } from './fold-signature-words.ts'

const start = new RegExp(`^[-–—_*\\s]{0,6}(?:${oneOf(sentWith)})`, 'iu')
const device = new RegExp(oneOf(devices), 'iu')
// "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet." is as long as they get, addresses apart.
const LONGEST_SENT_WITH = 130
const plain = /https?:\/\/\S{1,300}|<[^>]{0,300}>|\([^)]{0,300}\)|\[[^\]]{0,300}\]/gu

/** Where the signature begins that ends at `end`; `end` where there is none. Looks at nothing before `floor`. */
export function signatureStart(lines: readonly string[], end: number, floor = 0): number {
  const bottom = trimmedEnd(lines, end)
  if (bottom <= floor) return end
  for (const look of [programLineStart, delimitedStart, disclaimerStart, contactBlockStart]) {
    const found = look(lines, bottom, floor)
    if (found < bottom) return withDelimiter(lines, found, floor)
  }
  return end
}

/** "Sent from my iPhone", also with a link, also on two lines ("Sent from / Outlook for Android"). */
function programLineStart(lines: readonly string[], bottom: number, floor: number): number {
  if (isProgramLine(lines[bottom - 1]!)) return bottom - 1
  const above = trimmedEnd(lines, bottom - 1) - 1
  if (above < floor || isLong(lines[above]!) || isQuoted(lines[above]!)) return bottom
  const joined = `${bare(lines[above]!)} ${bare(lines[bottom - 1]!)}`
  return bare(lines[above]!).length < 60 && bottom - above < 4 && isStart(lines[above]!) && isProgramLine(joined)
    ? above
    : bottom
}

const isStart = (line: string): boolean => start.test(bare(line)) && !/[.!?:]$/u.test(bare(line))

function isProgramLine(line: string): boolean {
  if (isLong(line) || isQuoted(line)) return false
  const text = bare(line).replace(plain, '').replace(/\s+/g, ' ').trim()
  if (text.length > LONGEST_SENT_WITH || /[.!?] \p{Lu}/u.test(text) || /\?$/.test(text)) return false
  return start.test(text) && device.test(text) && text.split(' ').length <= 16
}

const FAR = 40 // lines under "-- " (RFC 3676 §4.3 wants few; lawyers want more)
const NEAR = 12 // lines under marks that also stand in texts

/** Under "-- ", or under "--", "___" and the like where only few short lines follow. */
function delimitedStart(lines: readonly string[], bottom: number, floor: number): number {
  for (let index = bottom - 1; index >= Math.max(floor, bottom - FAR); index -= 1) {
    const line = lines[index]!
    if (isQuoted(line)) return bottom
    if (/^-- [ \u00A0]*$/.test(line) && index < bottom - 1) return index
    if (isDelimiter(line) && bottom - index <= NEAR && isSmall(lines, index + 1, bottom)) return index
  }
  return bottom
}

/** "--" lost its space on the way; a rule of three dashes parts sections of a text as often as a signature. */
const isDelimiter = (line: string): boolean => !isLong(line) && /^(?:--|—|_{2,}|-{20,}|={20,})$/u.test(bare(line))

/** A few short lines that are no sentences, no table and no code. */
function isSmall(lines: readonly string[], from: number, to: number): boolean {
  const words = lines.slice(from, to).filter(line => !isBlank(line))
  return words.length > 0 && words.every(line => !isLong(line) && isSmallLine(bare(line)))
}

const isSmallLine = (text: string): boolean => text.length <= 90 && !/^[|+>$#{}]|\|$|[;{}]$|\?$/u.test(text)

/** The delimiter that stands alone above what was found goes with it. */
function withDelimiter(lines: readonly string[], found: number, floor: number): number {
  const above = trimmedEnd(lines, found) - 1
  return above >= floor && /^(?:--|—|_{2,}|-{3,})$/u.test(bare(lines[above]!)) ? above : found
}
