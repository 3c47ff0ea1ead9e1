// Mails that programs wrote.
import { type Header, headerText, headerTexts } from './headers.ts'
import { isAutoReply } from './kind-auto-reply.ts'
import { listReason } from './kind-list.ts'
import { firstWord, isNullSender, isReply, type Look, reportType } from './kind-marks.ts'
import { saysAutomaticReply } from './kind-subject.ts'
import { parseValue } from './parameters.ts'

const isAutoSubmitted: Look = (headers, { subject }) => {
  const word = firstWord(headerText(headers, 'auto-submitted'))
  if (word === 'auto-generated' && isForwardedByRule(headers, subject)) return null
  return word === '' || word === 'no' ? null : `Auto-Submitted: ${word}`
}

/**
 * Since autumn 2025 Exchange Online marks persons' mails that a rule of a mailbox forwards as auto-generated
 * (zammad/zammad#6025). Its own answers ask for no answers and say so in the subject.
 */
const isForwardedByRule = (headers: readonly Header[], subject: string): boolean =>
  headerText(headers, 'x-ms-exchange-inbox-rules-loop') !== '' &&
  headerText(headers, 'x-auto-response-suppress') === '' &&
  !saysAutomaticReply(subject, true)

/** RFC 8098: read receipts; RFC 5965: complaints of mail providers. Other reports are machines' as well. */
const isReport: Look = headers => {
  const kind = reportType(headers)
  return kind === '' ? null : `report-type=${kind}`
}

const isBulk: Look = headers => {
  const value = firstWord(headerText(headers, 'precedence')).replace('_', '-')
  return value === 'bulk' || value === 'junk' || value === 'auto-reply' ? `Precedence: ${value}` : null
}

/** Exchange sets single kinds ("DR, OOF") on persons' mails, too; "All" is what programs ask for. */
const isSuppressing: Look = headers => {
  const asked = headerText(headers, 'x-auto-response-suppress')
  return /^all$/i.test(asked) && !isReply(headers) ? 'X-Auto-Response-Suppress: All' : null
}

/** A mark against loops. Forwarding rules set it to the address that they forward from, on persons' mails. */
const isLoopMark: Look = headers => {
  const value = headerText(headers, 'x-loop')
  if (value === '') return null
  const recipients = ['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to'].flatMap(key =>
    headerTexts(headers, key),
  )
  const isForwarded =
    value.includes('@') && recipients.some(recipient => recipient.toLowerCase().includes(value.toLowerCase()))
  return isForwarded ? null : `X-Loop: ${value}`
}

const isCalendarReply: Look = (headers, { calendarMethod }) => {
  const method = calendarMethod ?? parseValue(headerText(headers, 'content-type')).parameters.get('method')
  return method?.toLowerCase() === 'reply' ? 'method=REPLY' : null
}

const isOutOfOffice: Look = (headers, { subject }) =>
  saysAutomaticReply(subject, isReply(headers)) ? `Subject: ${subject}` : null

/** The surest first: its reason is what is shown. */
export const automaticLooks: readonly Look[] = [
  isReport,
  isAutoSubmitted,
  isAutoReply,
  isOutOfOffice,
  isBulk,
  listReason,
  isSuppressing,
  isLoopMark,
  isCalendarReply,
  isNullSender,
]
