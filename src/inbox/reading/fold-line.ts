// How a line is looked at: bounded, so that one of a megabyte costs no more than any other.

const LOOKED_AT = 400 // characters; no line that a mail program puts around a mail is longer

const invisible = /[\u200B-\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\u00AD]/g

const spaces = /[\u00A0\u2000-\u200A\u202F\u3000]/g
const isPlain = /^[\t\x20-\x7E]*$/ // most lines, and the quick way

/** The beginning of a line without edges and marks that nobody sees; no-break spaces are spaces. */
export function bare(line: string): string {
  const start = line.length > LOOKED_AT ? line.slice(0, LOOKED_AT) : line
  return isPlain.test(start) ? start.trim() : start.replace(invisible, '').replace(spaces, ' ').trim()
}

export const isBlank = (line: string): boolean => line === '' || (line.length <= LOOKED_AT && bare(line) === '')

/** Longer than anything that mail programs write: somebody's own paragraph. */
export const isLong = (line: string): boolean => line.length > LOOKED_AT

/**
 * `>From ` is no quotation but what mbox files make of an own line that begins with "From "; and `>>> Ann … >>>` is the
 * line that GroupWise puts above one.
 */
export const isQuoted = (line: string): boolean => /^[ \u00A0]{0,3}(?:>|&gt;)(?!From )/.test(line) && !isGroupWise(line)

/** GroupWise: ">>> Ann Miller <ann@example.org> 02.03.2020 10:00 >>>". */
export const isGroupWise = (line: string): boolean => line.length < 300 && /^>>> .{1,250}\d.{0,40} >>>\s*$/.test(line)

/** The index of the first line at or after `from` that is not blank; `lines.length` where there is none. */
export function nextWords(lines: readonly string[], from: number): number {
  let index = from
  while (index < lines.length && isBlank(lines[index]!)) index += 1
  return index
}

/** The index after the last line before `end` that is not blank. */
export function trimmedEnd(lines: readonly string[], end: number): number {
  while (end > 0 && isBlank(lines[end - 1]!)) end -= 1
  return end
}

/** One pattern out of words; longer ones first, so that none hides another. */
export const oneOf = (words: readonly string[]): string =>
  [...words]
    .sort((one, other) => other.length - one.length)
    .map(word => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|')
