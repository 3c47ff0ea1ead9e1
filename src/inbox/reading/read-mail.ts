// The one entry: raw bytes of a mail → what is understood of it. Pure; never throws; time and memory grow with the bytes.

import { cleanLine } from '../../lib/clean-text.ts'
import { readAddresses } from './addresses.ts'
import { decodeWords } from './encoded-words.ts'
import { type Header, headerText, headerTexts } from './headers.ts'
import { mailDate } from './mail-date.ts'
import type { MailAddress, MailFacts } from './mail-facts.ts'
import { messageIds } from './message-ids.ts'
import { mimeTree } from './mime-tree.ts'
import { partsOf } from './parts.ts'
import { textsOf } from './texts.ts'

/** Every byte sequence is some mail: what cannot be understood is empty, and `defects` says what was wrong. */
export async function readMail(raw: Buffer): Promise<MailFacts> {
  const defects: string[] = []
  const root = mimeTree(raw, defects)
  const { text, html, shown } = textsOf(root)
  const parts = partsOf(root, shown)
  return {
    ...envelopeOf(root.headers),
    kind: 'person',
    kindReason: null,
    report: null,
    text,
    visible: text,
    folded: '',
    html,
    parts,
    defects: [...new Set(defects)].slice(0, 50),
  }
}

function envelopeOf(headers: Header[]) {
  const addresses = (key: string): MailAddress[] => readAddresses(headerTexts(headers, key).join(', '))
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
    references: messageIds(headerTexts(headers, 'references').join(' ')),
  }
}
