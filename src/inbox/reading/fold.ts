// Quoted history and signatures are recognised and folded away, never deleted: every line of the text is in one of the
// two parts. When in doubt a line stays in sight, since an answer that is cut off costs more than a quotation that is shown.
import { isClosing } from './fold-closing.ts'
import { bare, isBlank, isLong, isQuoted, nextWords, oneOf, trimmedEnd } from './fold-line.ts'
import { announcementStart, blockEnd, quotationStart } from './fold-quotation.ts'
import { firstSeparator, type Separator } from './fold-separator.ts'
import { signatureStart } from './fold-signature.ts'
import { seeBelow } from './fold-words.ts'

export interface FoldedText {
  visible: string
  folded: string
}

type Folds = boolean[]

const pointsBelow = new RegExp(`(?:^|[\\s(,.])(?:${oneOf(seeBelow)})(?:[\\s),.:;!]|$)`, 'iu')
// Not VS: a forward in Norway and Denmark, but an answer in Finland.
const forwardSubject = /^\s*(?:fwd?|wg|tr|rv|enc|i|vb|vl|pd|doorst|i̇lt|ilt|转发|轉寄|転送)\s?[:：]/iu

/**
 * What is new in a mail and the rest. A subject that says that the mail is handed on ("WG: …") keeps all of it visible:
 * its content is the point. `visible` is empty only where the text is.
 */
export function foldText(text: string, subject = ''): FoldedText {
  const lines = text.split('\n')
  const folds = foldsOf(lines, subject)
  const hasWords = lines.some((line, index) => !folds[index] && !isBlank(line))
  return hasWords ? parts(lines, folds) : parts(lines, [])
}

function foldsOf(lines: readonly string[], subject: string): Folds {
  const folds: Folds = new Array<boolean>(lines.length).fill(false)
  const separator = firstUnquoted(lines)
  if (separator?.isForward || forwardSubject.test(subject)) return folds
  const end = separator && !isPresented(lines, separator.start) ? separator.start : lines.length
  folds.fill(true, end)
  const words = peel(lines, end)
  folds.fill(true, words)
  foldLeading(lines, words, folds)
  return folds
}

/** A separator whose mail is quoted by ">" is only the line above that quotation. */
function firstUnquoted(lines: readonly string[]): Separator | null {
  const found = firstSeparator(lines)
  if (!found) return null
  const next = nextWords(lines, found.end)
  return next < lines.length && isQuoted(lines[next]!) && !found.isForward ? null : found
}

/** "I got this mail:" or "my answers are below, in red": the author wants it read. */
function isPresented(lines: readonly string[], start: number): boolean {
  const end = trimmedEnd(lines, start)
  if (end === 0) return false
  const own = lines.slice(Math.max(0, end - 30), end)
  if (/[:：]$/u.test(bare(lines[end - 1]!)) && !isLong(lines[end - 1]!)) return true
  return own.some(line => !isLong(line) && !isQuoted(line) && pointsBelow.test(bare(line)))
}

/** Takes signatures and quotations off the end, until own words are reached: the index after them. */
function peel(lines: readonly string[], end: number): number {
  for (;;) {
    const bottom = trimmedEnd(lines, end)
    const next = quotationStart(lines, signatureStart(lines, bottom))
    if (next >= bottom) return bottom
    end = next
  }
}

/**
 * Answers below the quotation. One block at the top, right under its attribution, with all own words after it, is the
 * earlier mail as the program quoted it: it is folded, since it stands above on the ticket. With own words before it
 * too, or in several blocks, the quoted lines are what the answers refer to, and stay; unless only a greeting follows.
 */
function foldLeading(lines: readonly string[], end: number, folds: Folds): void {
  const first = lines.findIndex((line, index) => index < end && isQuoted(line))
  if (first < 0) return
  const start = announcementStart(lines, first)
  if (start === null) return
  const after = blockEnd(lines, first, end)
  if (lines.slice(after, end).some(isQuoted)) return
  const isTop = trimmedEnd(lines, start) === 0
  if (isTop || isClosing(lines, after, end)) folds.fill(true, start, after)
}

function parts(lines: readonly string[], folds: Folds): FoldedText {
  return { visible: kept(lines, index => !folds[index]), folded: kept(lines, index => folds[index] === true) }
}

/** Where something was taken out between, one blank line parts what is left. */
function kept(lines: readonly string[], isKept: (index: number) => boolean): string {
  const part: string[] = []
  let last = -1
  for (const [index, line] of lines.entries()) {
    if (!isKept(index)) continue
    const isSeam = part.length > 0 && last !== index - 1
    if (isSeam && isBlank(line)) continue
    if (isSeam) part.splice(trimmedEnd(part, part.length), part.length, '')
    part.push(line)
    last = index
  }
  return trimmed(part)
}

/** Without blank lines at the edges; within a line nothing changes. */
function trimmed(lines: readonly string[]): string {
  const end = trimmedEnd(lines, lines.length)
  return lines.slice(Math.min(nextWords(lines, 0), end), end).join('\n')
}
