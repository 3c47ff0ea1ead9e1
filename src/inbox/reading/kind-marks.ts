// Signs of machines, each looked for by a function that says what it found.
import type { Header } from './headers.ts'
import { headerText } from './headers.ts'
import { isNullPath } from './kind-subject.ts'
import type { DeliveryReport, MailAddress } from './mail-facts.ts'
import { parseValue } from './parameters.ts'

export interface KindFacts {
  subject: string
  from: MailAddress | null
  report: DeliveryReport | null
  /** MAIL FROM of the SMTP conversation; '' for the null sender; null where it is not known. */
  envelopeFrom?: string | null
  /** `method` of a calendar part, null where there is none. */
  calendarMethod?: string | null
}

/** What gives the mail away; null where it does not. */
export type Look = (headers: readonly Header[], facts: KindFacts) => string | null

export const isNullSender: Look = (headers, { envelopeFrom }) =>
  envelopeFrom === '' || isNullPath(headerText(headers, 'return-path')) ? 'Return-Path: <>' : null

/** `delivery-status` and the like; empty for what is no report. */
export function reportType(headers: readonly Header[]): string {
  const { value, parameters } = parseValue(headerText(headers, 'content-type'))
  const type = value.toLowerCase()
  if (type.startsWith('message/') && type !== 'message/rfc822') return type.slice('message/'.length)
  return type === 'multipart/report' ? (parameters.get('report-type') ?? '').toLowerCase() : ''
}

export const isReply = (headers: readonly Header[]): boolean =>
  headerText(headers, 'in-reply-to') !== '' || headerText(headers, 'references') !== ''

/** Without comments and parameters, in lower case: `auto-replied (vacation); x=y` → `auto-replied`. */
export const firstWord = (value: string): string => (/^[^;(\s]{0,200}/.exec(value.trim())?.[0] ?? '').toLowerCase()
