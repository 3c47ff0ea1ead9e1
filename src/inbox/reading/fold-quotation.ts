// Lines quoted by ">", with what announces them.
import { attributionEndingAt } from './fold-attribution.ts'
import { announces } from './fold-headers.ts'
import { bare, isBlank, isLong, isQuoted, trimmedEnd } from './fold-line.ts'
import { separatorAt } from './fold-separator.ts'
import { RULE } from './written-lines.ts'

/** Where the quotation that ends at `end` begins, with the line that announces it; `end` where there is none. */
export function quotationStart(lines: readonly string[], end: number): number {
  const bottom = trimmedEnd(lines, end)
  if (bottom === 0) return end
  if (!isQuoted(lines[bottom - 1]!)) return danglingAttribution(lines, bottom) ?? end
  const start = blockStart(lines, bottom)
  if (isHandedOn(lines, start, bottom)) return end
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
export function announcementStart(lines: readonly string[], start: number): number | null {
  const bottom = trimmedEnd(lines, start)
  if (bottom === 0 || start - bottom > 3) return null
  const attribution = attributionEndingAt(lines, bottom - 1)
  if (attribution) return attribution.start
  if (bare(lines[bottom - 1]!) === RULE && start === bottom) return boxStart(lines, start)
  for (let index = Math.max(0, bottom - 12); index < bottom; index += 1) {
    const found = separatorAt(lines, index)
    if (found?.end === bottom) return found.start
  }
  return null
}

/**
 * The rule above what the HTML marks as a whole earlier mail. Gmail and Yahoo put such marks around own words, too, where
 * these were pasted or made from a template: then no line at its head says who wrote when.
 */
const boxStart = (lines: readonly string[], start: number): number | null =>
  unquoted(lines, start, lines.length).some(announces) ? start - 1 : null

/** An attribution whose quotation the author deleted. */
function danglingAttribution(lines: readonly string[], bottom: number): number | null {
  const found = attributionEndingAt(lines, bottom - 1)
  return found?.isSure ? found.start : null
}

/**
 * Nothing above announces it: a quotation if its own first lines do (Apple), or if it is longer than a sample, stands
 * apart and nobody points at it ("I typed this:"). Where the program announced a quotation above, all like it are.
 */
function isBareQuotation(lines: readonly string[], start: number, bottom: number): boolean {
  if (announcesItself(lines, start, bottom)) return true
  if (start > 0 && bare(lines[start - 1]!) === RULE) return false
  const above = trimmedEnd(lines, start)
  if (above === 0 || above === start || /[:：]$/u.test(bare(lines[above - 1]!))) return false
  return bottom - start >= 3 || firstQuotation(lines, start) !== null
}

function announcesItself(lines: readonly string[], start: number, bottom: number): boolean {
  const first = unquoted(lines, start, bottom)
  return first.some((_, index) => attributionEndingAt(first, index) !== null || separatorAt(first, index) !== null)
}

/** A mail handed on within a quotation, as Apple Mail does it: its content is the point. */
const isHandedOn = (lines: readonly string[], start: number, bottom: number): boolean =>
  unquoted(lines, start, bottom).some((_, index, first) => separatorAt(first, index)?.isForward)

const LOOKED_INTO = 6 // lines: attributions wrap over a few

const unquoted = (lines: readonly string[], start: number, bottom: number): string[] =>
  lines.slice(start, Math.min(bottom, start + LOOKED_INTO)).map(line => line.slice(0, 500).replace(/^[\s>]+/, ''))

/** Where the first quoted block begins that is announced; null where none is before `end`. */
function firstQuotation(lines: readonly string[], end: number): number | null {
  const first = lines.findIndex((line, index) => index < end && isQuoted(line))
  return first < 0 ? null : announcementStart(lines, first)
}

/** The line after a quoted block. */
export function blockEnd(lines: readonly string[], start: number, end: number): number {
  let after = start
  for (let index = start; index < end; index += 1) {
    if (isQuoted(lines[index]!)) after = index + 1
    else if (!isBlank(lines[index]!)) break
  }
  return after
}
