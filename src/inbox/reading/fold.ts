// Quoted history and signatures are recognised and folded away, never deleted: every line of the text is in one of the
// two parts. When in doubt a line stays in sight, since an answer that is cut off costs more than a quotation that is shown.
import { attributionEndingAt } from './fold-attribution.ts'
import { isClosing } from './fold-closing.ts'
import { bare, isBlank, isLong, isQuoted, nextWords, oneOf, trimmedEnd } from './fold-line.ts'
import { firstSeparator, type Separator, separatorAt } from './fold-separator.ts'
import { signatureStart } from './fold-signature.ts'
import { seeBelow } from './fold-words.ts'

export interface FoldedText {
  visible: string
  folded: string
}

type Folds = boolean[]

const pointsBelow = new RegExp(`(?:^|[\\s(,.])(?:${oneOf(seeBelow)})(?:[\\s),.:;!]|$)`, 'iu')
const forwardSubject = /^\s*(?:fwd?|wg|wtr?|tr|rv|enc|i|vs|vb|pd|doorst|fs|videresend|yml|ilt|转发|轉寄|転送)\s?[:：]/iu

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
  if (separator && (separator.isForward || forwardSubject.test(subject))) return folds
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

/** Where the quotation that ends at `end` begins, with the line that announces it; `end` where there is none. */
function quotationStart(lines: readonly string[], end: number): number {
  const bottom = trimmedEnd(lines, end)
  if (bottom === 0) return end
  if (!isQuoted(lines[bottom - 1]!)) return danglingAttribution(lines, bottom) ?? end
  const start = blockStart(lines, bottom)
  const announced = announcementStart(lines, start)
  if (announced !== null) return announced
  return isBareQuotation(lines, start, bottom) ? start : end
}

/** The first line of the quoted block, blank lines between quoted lines included. */
function blockStart(lines: readonly string[], bottom: number): number {
  let start = bottom
  for (let index = bottom - 1; index >= 0; index -= 1) {
    if (isQuoted(lines[index]!)) start = index
    else if (!isBlank(lines[index]!) && !isBrokenLink(lines, index)) break
  }
  return start
}

/** Programs that wrap quoted lines leave the rest of a long link without ">". */
function isBrokenLink(lines: readonly string[], index: number): boolean {
  const before = lines[index - 1]
  if (before === undefined || isLong(lines[index]!) || !isQuoted(lines[index + 1] ?? '') || !isQuoted(before))
    return false
  return (
    /^\s*\(https?:\/\/\S+\)/.test(lines[index]!) ||
    (/\(https?:\/\/[^\s)]+$/.test(bare(before)) && /^\S+\)\s*$/.test(lines[index]!))
  )
}

/** The attribution, or "-----Original Message-----" with its header lines, right above a quoted block. */
function announcementStart(lines: readonly string[], start: number): number | null {
  const bottom = trimmedEnd(lines, start)
  if (bottom === 0 || start - bottom > 3) return null
  const attribution = attributionEndingAt(lines, bottom - 1)
  if (attribution) return attribution.start
  for (let index = bottom - 1; index >= Math.max(0, bottom - 12); index -= 1) {
    const found = separatorAt(lines, index)
    if (found?.end === bottom) return found.start
  }
  return null
}

/** An attribution whose quotation the author deleted. */
function danglingAttribution(lines: readonly string[], bottom: number): number | null {
  const found = attributionEndingAt(lines, bottom - 1)
  return found?.isSure ? found.start : null
}

/** Nothing announces it: a quotation if it is no sample ("I typed this:") that the author shows. */
function isBareQuotation(lines: readonly string[], start: number, bottom: number): boolean {
  const above = trimmedEnd(lines, start)
  if (above === 0 || above === start || bottom - start < 3) return false
  return !/[:：]$/u.test(bare(lines[above - 1]!))
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

function blockEnd(lines: readonly string[], start: number, end: number): number {
  let after = start
  for (let index = start; index < end; index += 1) {
    if (isQuoted(lines[index]!)) after = index + 1
    else if (!isBlank(lines[index]!)) break
  }
  return after
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
