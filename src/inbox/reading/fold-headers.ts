// "From: … Sent: … To: … Subject: …": the header lines that Outlook and others show of the earlier mail.
import { soundsAnnouncing } from './fold-attribution.ts'
import { bare, isBlank, isLong } from './fold-line.ts'
import { headerLabels } from './fold-words.ts'

interface Block {
  start: number
  /** The line after its last. */
  end: number
}

// Finland and Denmark write "klo 10.00" and "kl. 10.00".
const clock = /(?<![\d.])\d{1,2}[:h時]\d{0,2}(?!\d)|\bklo? ?\.? \d{1,2}[.:]\d{2}|(?:上午|下午|오전|오후) ?\d/u
const label = /^[*_|\s]{0,3}([^:：*]{1,26}?)\s?[*_]{0,2}[:：]/u
const labels = new Map(
  Object.entries(headerLabels).flatMap(([kind, words]) => words.map((word): [string, string] => [word, kind])),
)

/** `kinds` different header lines; from three on, one of them says who or when as only mail does. */
export function blockAt(lines: readonly string[], index: number, kinds: number): Block | null {
  return index < lines.length && labelOf(lines[index]!) !== null ? readBlock(lines, index, kinds) : null
}

/** Three lines in a row that look like header lines, whatever their labels mean. */
export function unknownBlockAt(lines: readonly string[], start: number): Block | null {
  const block = lines.slice(start, start + 8).map(bare)
  const end = block.findIndex(line => !/^[*_]{0,2}\p{L}[^:：]{0,25}[:：]/u.test(line))
  const size = end < 0 ? block.length : end
  const isMail = block.slice(0, size).some(line => line.includes('@') || isWhen(line))
  return size >= 3 && isMail ? { start, end: start + size } : null
}

/** Some gateways put all of them on one line. */
export const isOneLineBlock = (text: string): boolean =>
  /^(?:Date|From|Sent): .{1,300}\b(?:From|Date|Sent): .{1,300}\bSubject: /.test(text)

const MOST_HEADERS = 40 // lines: recipients may be many

function readBlock(lines: readonly string[], start: number, kinds: number): Block | null {
  const seen = new Set<string>()
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
  return (
    end > 0 &&
    index - end < 12 &&
    /[@;,]\S{0,250}\s{0,9}$|>/u.test(bare(line).slice(-300)) &&
    followedByLabel(lines, index)
  )
}

const followedByLabel = (lines: readonly string[], index: number): boolean =>
  lines.slice(index + 1, index + 10).some(line => labelOf(line) !== null)

/** A line as it stands at the head of an earlier mail. */
export const announces = (line: string): boolean => labelOf(line) !== null || soundsAnnouncing(bare(line))

function labelOf(line: string): string | null {
  const name = label.exec(bare(line))?.[1]
  return name === undefined ? null : (labels.get(name.toLowerCase().replaceAll('’', "'").trim()) ?? null)
}

function isMailValue(kind: string, text: string): boolean {
  if (kind === 'from' || kind === 'to') return /@|\[?mailto:/u.test(text)
  return kind === 'sent' && isWhen(text)
}

const isWhen = (text: string): boolean => clock.test(text) && /(?:19|20)\d\d|[./-]\d\d\b/u.test(text)
