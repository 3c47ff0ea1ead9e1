// Who did not get the mail, in the ways that servers write it.
import type { MailAddress } from './mail-facts.ts'

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
  /^[>|*\s]{0,10}["'<([]{0,3}(?:mailto:|smtp:)?[^\s<>@,;:"'()[\]]{1,64}@[^\s<>@,;:"'()[\]]{1,255}(?:["'>)\]]{1,3}|\s{0,3}(?=[:;(]|\.{3}|-\s|…)|(?= on (?:\p{L}{3},|\d)))/iu
const labelled =
  /(?:^|\W)(?:(?:failed|final|original|intended|invalid)?[ -]?(?:recipient|rcpt|addressee|empfänger|destinataire|destinatario)s?(?: address(?:es)?)?|to|rcpt to|an|address|e-?mail|user|unknown|for|user|delivery to|delivered to|mailbox|zustellung an|account)\s{0,4}[:=]?\s{0,10}["'<([]{0,3}(?:mailto:|smtp:)?$/iu
// The returned mail begins.
const returned =
  /^\s{0,20}(?:old message:|(?:possibly truncated )?original message|subject: |reporting-mta|-{2,} ?(?:below|original))/i
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
  const pool = others.some(isTold) ? others.filter(isTold) : mentions.filter(one => one.rank >= 2)
  if (pool.length === 0) return all.length > words.length ? recipientOfCopy(all, own) : []
  const best = Math.max(...pool.map(one => one.rank))
  return withReasons(once(pool.filter(one => one.rank === best)), mentions).slice(0, MOST)
}

/** Whom to ask is told in such mails, too. */
const isTold = ({ address, rank }: Mention): boolean =>
  rank === 3 || !/^(?:postmaster|hostmaster|abuse|support|helpdesk|mailer-daemon|noc)@/i.test(address)

/** Where nothing is said beside the address, what is said of it elsewhere: in the record of the SMTP session. */
function withReasons(candidates: Candidate[], mentions: readonly Mention[]): Candidate[] {
  return candidates.map(one => {
    if (about.test(one.reason) || one.reason.trim().length > 15) return one
    const said = mentions.find(
      ({ address: other, reason }) => other.toLowerCase() === one.address.toLowerCase() && about.test(reason),
    )
    return said ? { ...one, reason: said.reason } : one
  })
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
  if (rank < 3)
    return saysEnough(line.trim()) && about.test(line) ? line : [line, ...paragraphBelow(lines, index)].join(' ')
  const rest = line.replace(alone, '').replace(/^[^:]{0,330}[>)\]]\s{0,3}[:,;-]?/u, '')
  const below: string[] = []
  for (const next of lines.slice(index + 1, index + 15)) {
    if (alone.test(next) || leading.test(next) || returned.test(next)) break
    const soFar = [rest, ...below].join(' ').trim()
    if (next.trim() === '' ? saysEnough(soFar) : /^[-=*_\s]{3,150}.{0,60}[-=*_\s]{3,150}$/.test(next) && soFar !== '')
      break
    below.push(next)
  }
  return [rest, ...below].join(' ')
}

function paragraphBelow(lines: readonly string[], index: number): string[] {
  const below = lines.slice(index + 1, index + 8)
  const start = below.findIndex(line => line.trim() !== '')
  const end = below.findIndex((line, at) => at > start && line.trim() === '')
  return start < 0 ? [] : below.slice(start, end < 0 ? undefined : end)
}

/** "because:" is not yet the reason. */
const saysEnough = (text: string): boolean => text !== '' && !/[:：]$/.test(text)

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

/** AOL names its customers without their domain, which is its own: one on a line, below the sentence that says so. */
export function accountsIn(words: string, from: MailAddress | null): Candidate[] {
  const domain = /@(.{3,255})$/.exec(from?.address ?? '')?.[1]
  const [, below] =
    /following recipients? could not be delivered[^\n]{0,300}\n((?:[^\n]{0,200}\n){1,40})/i.exec(words) ?? []
  if (domain === undefined || below === undefined) return []
  const lines = below.split('\n').map(line => line.trim())
  const end = lines.findIndex(line => /\s/.test(line))
  const names = lines.slice(0, end < 0 ? undefined : end).filter(name => /^[\w.+-]{1,64}$/.test(name))
  return names.map(name => ({ address: `${name}@${domain}`, reason: '' }))
}
