// Which mail a report is about.
import { headerText } from './headers.ts'
import type { MailPart } from './mail-facts.ts'
import type { ReportSource } from './report.ts'

const originals = new Set([
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/rfc822',
  'message/global',
  'message/global-headers',
  'message/partial',
])
const HEADER = 65_536 // bytes: more than the header of any mail of ours
const LOOKED_AT = 200_000 // characters of the text
const id = /<[^<>\s]{1,480}>/

/** Its Message-ID, with brackets: from the returned mail or its header, else from the report's fields; null if nowhere. */
export function originalIdOf({ headers, parts, text }: ReportSource): string | null {
  const returned = parts.filter(({ contentType }) => originals.has(contentType)).map(headerOfPart)
  for (const header of returned) {
    const found = messageIdIn(header)
    if (found) return found
  }
  const status = parts.find(({ contentType }) => contentType.endsWith('delivery-status'))
  const inFields =
    status && /^X-Original-Message-ID\s?:\s*(<[^<>\s]{1,480}>)/im.exec(status.content.toString('utf8', 0, HEADER))?.[1]
  return inFields || messageIdIn(text.slice(0, LOOKED_AT)) || fromFields(headers)
}

const headerOfPart = ({ content }: MailPart): string => {
  const start = content.subarray(0, HEADER).toString('latin1').replace(/^\s+/, '')
  return start.split(/\r?\n\r?\n/, 1)[0] ?? ''
}

/** `Message-ID: <…>` at the beginning of a line, folded or quoted as it may be. */
const messageIdIn = (text: string): string | null =>
  /^[>|\s]{0,8}Message-I[dD]\s?:\s{0,4}(<[^<>\s]{1,480}>)/im.exec(text)?.[1] ?? null

/** Exchange, Gmail and Exim name it as a reply does. */
function fromFields(headers: ReportSource['headers']): string | null {
  for (const key of ['x-original-message-id', 'in-reply-to', 'references']) {
    const found = id.exec(headerText(headers, key))?.[0]
    if (found) return found
  }
  return null
}
