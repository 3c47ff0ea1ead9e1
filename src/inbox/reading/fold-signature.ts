// Signatures at the end of own words. A word of the customer that is folded away costs more than a telephone number that
// is shown: only what is unmistakable goes.
import { contactBlockStart } from './fold-contact.ts'
import { disclaimerStart } from './fold-disclaimer.ts'
import { bare, isBlank, isLong, isQuoted, trimmedEnd } from './fold-line.ts'
import { isProgramLine, isProgramStart } from './fold-program-line.ts'

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
  return bottom - above < 4 && isProgramStart(lines[above]!) && isProgramLine(joined) ? above : bottom
}

const FAR = 40 // lines under "-- " (RFC 3676 §4.3 wants few; lawyers want more)
const NEAR = 12 // lines under marks that also stand in texts

/** Under "-- ", or under "--", "___" and the like where only few short lines follow. */
function delimitedStart(lines: readonly string[], bottom: number, floor: number): number {
  for (let index = bottom - 1; index >= Math.max(floor, bottom - FAR); index -= 1) {
    const line = lines[index]!
    if (isQuoted(line)) return bottom
    if (/^-- [ \u00A0]*$/.test(line)) return index
    if (isDelimiter(line) && bottom - index <= NEAR && !isTable(lines, index) && isSmall(lines, index + 1, bottom))
      return index
  }
  return bottom
}

/** "--" lost its space on the way; a rule of three dashes parts sections of a text as often as a signature. */
const isDelimiter = (line: string): boolean =>
  !isLong(line) && /^(?:--|[—–]{1,80}|─{3,80}|_{2,}|-{20,}|={20,})$/u.test(bare(line))

/** A few short lines that are no sentences, no table and no code. */
function isSmall(lines: readonly string[], from: number, to: number): boolean {
  const words = lines.slice(from, to).filter(line => !isBlank(line))
  return words.every(line => !isLong(line) && isSmallLine(bare(line)))
}

const isSmallLine = (text: string): boolean =>
  text.length <= 90 && !/^[|+>$#{}]|\|$|[;{}]$|\?$/u.test(text) && !(/[.!?]$/.test(text) && text.split(' ').length >= 7)

/** The head of a Markdown table is ruled off by dashes. */
const isTable = (lines: readonly string[], index: number): boolean =>
  lines[index - 1]?.slice(0, 400).includes('|') === true

/** The delimiter that stands alone above what was found goes with it. */
function withDelimiter(lines: readonly string[], found: number, floor: number): number {
  const above = trimmedEnd(lines, found) - 1
  return above >= floor && /^(?:--|—|_{2,}|-{3,})$/u.test(bare(lines[above]!)) ? above : found
}
