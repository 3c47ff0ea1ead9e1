// What parts own words from an earlier mail that is not quoted by ">": Outlook and others only put lines above it.
import { type Attribution, attributionEndingAt } from './fold-attribution.ts'
import { bare, isBlank, isGroupWise, isLong, isQuoted, nextWords, oneOf } from './fold-line.ts'
import { forwardedMessage, headerLabels, originalMessage, replyAbove, wrote } from './fold-words.ts'

export interface Separator {
  start: number
  /** The line after its last: where the earlier mail itself begins. */
  end: number
  /** The mail is handed on, not answered. */
  isForward: boolean
}

type Label = keyof typeof headerLabels

const originals = new Set(originalMessage)
const forwards = new Set(forwardedMessage)
// Lotus Notes: "----- Forwarded by Ann Miller/Example on 02.03.2020 10:00 -----".
const notesForward =
  /^-{3,} ?(?:forwarded by|weitergeleitet von|transféré par|inoltrato da|reenviado por) .{1,200}-{3,}$/iu
// Lotus Notes: "-----Ann Miller <ann@example.org> wrote: -----"; Zoho and some phones: "---- Ann Miller wrote ----".
const dashedVerb = new RegExp(`^-{4,} ?[^-].{1,300}(?:${oneOf(wrote)})[^-]{0,100}-{3,}$`, 'iu')
const rule = /^[_—–─-]{10,}$/u
const above = new RegExp(oneOf(replyAbove), 'iu')
// Some gateways put all of them on one line.
const oneLine = /^(?:Date|From|Sent): .{1,300}\b(?:From|Date|Sent): .{1,300}\bSubject: /
// Finland and Denmark write "klo 10.00" and "kl. 10.00".
const clock = /(?<![\d.])\d{1,2}[:h時]\d{0,2}(?!\d)|\bklo? ?\.? \d{1,2}[.:]\d{2}|(?:上午|下午|오전|오후) ?\d/u
const label = /^[*_|\s]{0,3}([^:：*]{1,26}?)\s?[*_]{0,2}[:：]/u
const labels = new Map<string, Label>(
  (Object.keys(headerLabels) as Label[]).flatMap(kind => headerLabels[kind].map(word => [word, kind] as const)),
)

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
  return dashedAt(lines, index) ?? headerBlockAt(lines, index) ?? attributedAt(lines, index)
}

function dashedAt(lines: readonly string[], index: number): Separator | null {
  const text = bare(lines[index]!)
  const isForward = isForwardLine(text)
  if (isForward || isOriginalLine(text)) return { start: index, end: afterHeaders(lines, index + 1), isForward }
  if (above.test(text) || isGroupWise(text) || oneLine.test(text))
    return { start: index, end: index + 1, isForward: false }
  if (!rule.test(text)) return null
  const block = headerBlockAt(lines, nextWords(lines, index + 1))
  return block && { ...block, start: index }
}

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
function afterHeaders(lines: readonly string[], from: number): number {
  const block = readBlock(lines, nextWords(lines, from), 1)
  return block ? block.end : from
}

/** Three kinds of header lines, of which one says who or when as only mail does. */
function headerBlockAt(lines: readonly string[], index: number): Separator | null {
  if (index >= lines.length || labelOf(lines[index]!) === null) return null
  const block = readBlock(lines, index, 3)
  return block && { ...block, isForward: false }
}

const MOST_HEADERS = 40 // lines: recipients may be many

function readBlock(lines: readonly string[], start: number, kinds: number): { start: number; end: number } | null {
  const seen = new Set<Label>()
  let isMail = false
  let end = start
  for (let index = start; index < Math.min(lines.length, start + MOST_HEADERS); index += 1) {
    const line = lines[index]!
    const kind = isLong(line) ? null : labelOf(line)
    if (kind !== null) {
      if (seen.has(kind) && kind !== 'cc') break
      seen.add(kind)
      isMail ||= isMailValue(kind, bare(line))
      end = index + 1
    } else if (!goesOn(lines, index, end)) break
  }
  const isComplete = seen.size >= kinds && (kinds < 3 || (isMail && (seen.has('from') || seen.has('sent'))))
  return isComplete ? { start, end } : null
}

/** Folded recipients, and the blank lines that HTML paragraphs leave between header lines. */
function goesOn(lines: readonly string[], index: number, end: number): boolean {
  const line = lines[index]!
  if (isBlank(line)) return index === end && labelOf(lines[index + 1] ?? '') !== null
  return end > 0 && index - end < 12 && /[@;,]\S*\s*$|>/u.test(bare(line)) && followedByLabel(lines, index)
}

const followedByLabel = (lines: readonly string[], index: number): boolean =>
  lines.slice(index + 1, index + 10).some(line => labelOf(line) !== null)

function labelOf(line: string): Label | null {
  const name = label.exec(bare(line))?.[1]
  return name === undefined ? null : (labels.get(name.toLowerCase().replaceAll('’', "'").trim()) ?? null)
}

function isMailValue(kind: Label, text: string): boolean {
  if (kind === 'from' || kind === 'to') return /@|\[?mailto:/u.test(text)
  return kind === 'sent' && clock.test(text) && /(?:19|20)\d\d|[./-]\d\d\b/u.test(text)
}

/** An attribution that is sure, where the earlier mail follows without ">". */
function attributedAt(lines: readonly string[], index: number): Separator | null {
  const found: Attribution | null = attributionEndingAt(lines, index)
  if (!found?.isSure) return null
  return { start: found.start, end: found.end, isForward: false }
}
