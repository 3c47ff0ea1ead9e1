// What parts own words from an earlier mail that is not quoted by ">": Outlook and others only put lines above it.
import { attributionEndingAt } from './fold-attribution.ts'
import { blockAt, isOneLineBlock, unknownBlockAt } from './fold-headers.ts'
import { bare, isBlank, isGroupWise, isLong, isQuoted, nextWords, oneOf } from './fold-line.ts'
import { forwardedMessage, originalMessage, replyAbove, wrote } from './fold-words.ts'
import { RULE } from './written-lines.ts'

export interface Separator {
  start: number
  /** The line after its last: where the earlier mail itself begins. */
  end: number
  /** The mail is handed on, not answered. */
  isForward: boolean
}

const originals = new Set(originalMessage)
const forwards = new Set(forwardedMessage)
// Lotus Notes: "----- Forwarded by Ann Miller/Example on 02.03.2020 10:00 -----".
const notesForward =
  /^-{3,} ?(?:forwarded by|weitergeleitet von|transféré par|inoltrato da|reenviado por) .{1,200}-{3,}$/iu
// Lotus Notes: "-----Ann Miller <ann@example.org> wrote: -----"; Zoho and some phones: "---- Ann Miller wrote ----".
const dashedVerb = new RegExp(`^-{4,} ?[^-].{1,300}(?:${oneOf(wrote)})[^-]{0,100}-{3,}$`, 'iu')
const rule = /^[_—–─-]{3,}$/u
const above = new RegExp(oneOf(replyAbove), 'iu')
/** The first separator of the text. */
export function firstSeparator(lines: readonly string[]): Separator | null {
  for (let index = 0; index < lines.length; index += 1) {
    const found = separatorAt(lines, index)
    if (found) return found
  }
  return null
}

/** The separator that begins at this line. */
export function separatorAt(lines: readonly string[], index: number): Separator | null {
  const line = lines[index]!
  if (isBlank(line) || isLong(line) || isQuoted(line)) return null
  return dashedAt(lines, index) ?? answered(blockAt(lines, index, 3)) ?? answered(attributionAt(lines, index))
}

function dashedAt(lines: readonly string[], index: number): Separator | null {
  const text = bare(lines[index]!)
  const isForward = isForwardLine(text)
  if (isForward || isOriginalLine(text)) return { start: index, end: afterHeaders(lines, index + 1), isForward }
  const isLine = above.test(text) || isGroupWise(text) || isOneLineBlock(text)
  if (isLine) return { start: index, end: index + 1, isForward: false }
  return rule.test(text) ? ruledAt(lines, index) : null
}

/** A rule counts only above header lines; above those of a language that we do not know only Outlook's own does. */
function ruledAt(lines: readonly string[], index: number): Separator | null {
  const below = nextWords(lines, index + 1)
  const block = blockAt(lines, below, 3) ?? (bare(lines[index]!) === RULE ? unknownBlockAt(lines, below) : null)
  return block && { start: index, end: block.end, isForward: false }
}

const answered = (block: { start: number; end: number } | null): Separator | null =>
  block && { start: block.start, end: block.end, isForward: false }

const frame = '-_=—–‐‑─*#> '

/** What stands between the dashes, in lower case. */
function core(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && frame.includes(text.charAt(start))) start += 1
  while (end > start && `${frame}:：`.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end).toLowerCase().replaceAll('’', "'")
}

/** Apple writes the words without dashes; then they end with a colon. */
const isForwardLine = (text: string): boolean =>
  notesForward.test(text) || (/^[-_=—–‐‑─*]{2}|[:：]$/u.test(text) && forwards.has(core(text)))

/** The beginning of a text says that what follows is handed on. */
export const beginsForward = (text: string): boolean => forwardedMessage.some(words => core(text).startsWith(words))

const isOriginalLine = (text: string): boolean =>
  /^[-_=—–‐‑─*]{2}/u.test(text) && (originals.has(core(text)) || dashedVerb.test(text))

/** Where the header lines that follow a separator end. */
const afterHeaders = (lines: readonly string[], from: number): number =>
  blockAt(lines, nextWords(lines, from), 1)?.end ?? from

/** An attribution that is sure, where the earlier mail follows without ">". */
function attributionAt(lines: readonly string[], index: number): { start: number; end: number } | null {
  const found = attributionEndingAt(lines, index)
  return found?.isSure ? found : null
}
