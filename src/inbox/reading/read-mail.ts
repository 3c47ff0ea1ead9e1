// The one entry: raw bytes of a mail → what is understood of it. Pure; never throws; time and memory grow with the bytes.

import { cleanLine } from '../../lib/clean-text.ts'
import { readAddresses } from './addresses.ts'
import { decodeWords } from './encoded-words.ts'
import { foldText } from './fold.ts'
import { type Header, headerText, headerTexts } from './headers.ts'
import { kindOf } from './kind.ts'
import { mailDate } from './mail-date.ts'
import type { MailAddress, MailFacts } from './mail-facts.ts'
import { messageIds } from './message-ids.ts'
import { type MimePart, mimeTree } from './mime-tree.ts'
import { partsOf } from './parts.ts'
import { markPictures } from './pictures.ts'
import { readReport } from './report.ts'
import { textsOf } from './texts.ts'

/**
 * Every byte sequence is some mail: what cannot be understood is empty, and `defects` says what was wrong.
 * `envelopeFrom` is MAIL FROM: '' for the null sender, null where it is not known.
 */
export async function readMail(raw: Buffer, envelopeFrom: string | null = null): Promise<MailFacts> {
  const defects: string[] = []
  const root = mimeTree(raw, defects)
  const { text, html, shown } = textsOf(root)
  if ([...shown.values()].some(({ isCut }) => isCut))
    defects.push('a text too long to show, the whole is among the files')
  const parts = partsOf(root, shown)
  const named = namesIn(root.headers)
  markPictures(parts, html, named.subject)
  const report = readReport({ headers: root.headers, subject: named.subject, from: named.from, text, parts })
  const { kind, reason } = kindOf(root.headers, {
    subject: named.subject,
    from: named.from,
    report,
    envelopeFrom,
    calendarMethod: methodIn(root),
  })
  return {
    ...named,
    kind,
    kindReason: reason,
    report,
    text,
    ...foldText(text, named.subject),
    html,
    parts,
    defects: [...new Set(defects)].slice(0, 50),
  }
}

/** What a calendar part asks for, such as REPLY. */
function methodIn(part: MimePart): string | null {
  if (part.type === 'text/calendar') return part.parameters.get('method') ?? null
  for (const child of part.children) {
    const found = methodIn(child)
    if (found !== null) return found
  }
  return null
}

// Characters of several headers together: some thousand recipients.
const MAX_LENGTH = 262_144

function namesIn(headers: Header[]) {
  const addresses = (key: string): MailAddress[] =>
    readAddresses(headerTexts(headers, key).join(', ').slice(0, MAX_LENGTH))
  const [from = null, ...otherAuthors] = addresses('from')
  return {
    messageId: messageIds(headerText(headers, 'message-id'))[0] ?? null,
    from,
    otherAuthors,
    replyTo: addresses('reply-to'),
    to: addresses('to'),
    cc: addresses('cc'),
    subject: cleanLine(decodeWords(headerText(headers, 'subject'))),
    date: mailDate(headerText(headers, 'date')),
    inReplyTo: messageIds(headerText(headers, 'in-reply-to')),
    references: messageIds(headerTexts(headers, 'references').join(' ').slice(0, MAX_LENGTH)),
  }
}
