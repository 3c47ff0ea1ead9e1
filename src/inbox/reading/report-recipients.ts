// Who did not get the mail, in the ways that servers write it.

export interface Candidate {
  address: string
  /** What is said about it; empty where nothing is. */
  reason: string
}

interface Mention extends Candidate {
  /** How sure it is that this is a recipient: 3 stands alone on its line, 0 is just mentioned. */
  rank: number
}

const MOST = 1000
const address =
  /[^\s<>@,;:"'()[\]|=]{1,64}@[a-z\d\u0080-\uffff](?:[a-z\d\u0080-\uffff.-]{0,250}[a-z\d\u0080-\uffff])?/giu
const alone =
  /^[>|*\s]{0,10}(?:(?:rfc822|smtp)\s?[;:]\s?)?["'<([]{0,3}(?:mailto:)?[^\s<>@,;:"'()[\]]{1,64}@[^\s<>@,;:"'()[\]]{1,255}?["'>)\]]{0,3}\s?[:.;,]?(?:\s{1,40}(?:\(.{0,200}\)|…|\.{3}))?\s*$/iu
const leading =
  /^[>|*\s]{0,10}["'<([]{1,3}(?:mailto:|smtp:)?[^\s<>@,;:"'()[\]]{1,64}@[^\s<>@,;:"'()[\]]{1,255}["'>)\]]{1,3}\s{0,3}(?::|-|,|\.{3}|;|\(|$|\s)/iu
const labelled =
  /(?:^|\W)(?:(?:failed|final|original|intended|invalid)?[ -]?(?:recipient|rcpt|addressee|empfänger|destinataire|destinatario)s?(?: address(?:es)?)?|to|rcpt to|an|address|e-?mail|user|unknown|for|delivery to|delivered to|mailbox|zustellung an|account)\s{0,4}[:=]?\s{0,10}["'<([]{0,3}(?:mailto:|smtp:)?$/iu
const about =
  /unknown|fail|reject|refus|not |unable|undeliver|invalid|error|full|exceed|disabled|denied|550|55\d|5\.\d\.\d|nicht|unzustellbar|unbekannt/iu

/**
 * The addresses in `words` that look most like recipients. `own` are the reporter's and the sender's, which are left out
 * unless nothing else is there.
 */
export function recipientsIn(
  words: string,
  all: string,
  named: ReadonlySet<string>,
  own: ReadonlySet<string>,
): Candidate[] {
  const mentions = mentionsIn(words)
  const others = mentions.filter(one => !own.has(one.address.toLowerCase()) || named.has(one.address))
  const pool = others.length > 0 ? others : mentions.filter(one => one.rank >= 2)
  if (pool.length === 0) return all.length > words.length ? recipientOfCopy(all, own) : []
  const best = Math.max(...pool.map(one => one.rank))
  return once(pool.filter(one => one.rank === best || (best >= 2 && one.rank >= 2))).slice(0, MOST)
}

function mentionsIn(words: string): Mention[] {
  const lines = words.split('\n').map(line => line.slice(0, 2000))
  const found: Mention[] = []
  for (const [index, line] of lines.entries()) {
    if (!line.includes('@')) continue
    for (const match of line.matchAll(address)) {
      const rank = rankOf(line, match.index)
      found.push({ address: match[0].replace(/\.+$/, ''), rank, reason: reasonAt(lines, index, rank) })
      if (found.length > 5 * MOST) return found
    }
  }
  return found
}

function rankOf(line: string, at: number): number {
  if (alone.test(line)) return 3
  if (leading.test(line) && line.slice(0, at).trim().length <= 3) return 3
  if (labelled.test(line.slice(Math.max(0, at - 80), at))) return 2
  return about.test(line) ? 1 : 0
}

/** The rest of the line and the lines below it, up to a blank line or the next recipient. */
function reasonAt(lines: readonly string[], index: number, rank: number): string {
  const line = lines[index] ?? ''
  if (rank < 3) return about.test(line) && /\d/.test(line) ? line : line
  const rest = line.replace(alone, '').replace(/^[^:]{0,330}[>)\]]\s{0,3}[:,;-]?/u, '')
  const below: string[] = []
  for (const next of lines.slice(index + 1, index + 12)) {
    if (next.trim() === '' ? below.length > 0 || rest.trim() !== '' : alone.test(next) || leading.test(next)) break
    below.push(next)
  }
  return [rest, ...below].join(' ')
}

function once(mentions: readonly Mention[]): Candidate[] {
  const found = new Map<string, Candidate>()
  for (const { address: whom, reason } of mentions) {
    const key = whom.toLowerCase()
    const before = found.get(key)
    if (!before) found.set(key, { address: whom, reason })
    else if (before.reason.trim() === '' || (!about.test(before.reason) && about.test(reason))) before.reason = reason
  }
  return [...found.values()]
}

/** Nothing is named in words: then whom the returned mail was for. */
function recipientOfCopy(all: string, own: ReadonlySet<string>): Candidate[] {
  const to = /^(?:>\s?)?To:\s?(.{1,2000})$/im.exec(all)?.[1] ?? ''
  return [...to.matchAll(address)]
    .map(([found]) => ({ address: found, reason: '' }))
    .filter(one => !own.has(one.address.toLowerCase()))
}
