// What delivery reports say: RFC 3464 and 6533, and the informal words of servers that do not keep to them.
import type { Header } from './headers.ts'
import type { DeliveryReport, MailAddress, MailPart } from './mail-facts.ts'
import { originalIdOf } from './report-original.ts'
import { failuresOfStatus, statusText } from './report-status.ts'
import { failuresOfWords, isBounceLike, isFromMachine } from './report-words.ts'

export interface ReportSource {
  headers: readonly Header[]
  subject: string
  from: MailAddress | null
  text: string
  parts: readonly MailPart[]
}

/** Null for a mail that is no delivery report. Reports of success or of a delay without a failure have no failures. */
export function readReport(source: ReportSource): DeliveryReport | null {
  const status = isFromMachine(source) ? statusText(source) : null
  if (status !== null) {
    const failures = failuresOfStatus(status, source.text)
    if (failures !== null) return { failures, originalMessageId: originalIdOf(source) }
  }
  if (!isBounceLike(source)) return null
  const failures = failuresOfWords(source)
  return failures.length === 0 ? null : { failures, originalMessageId: originalIdOf(source) }
}
