// Reports of servers that could not deliver.

import type { Header } from './headers.ts'
import { headerText } from './headers.ts'
import { isNullSender, type Look, reportType } from './kind-marks.ts'
import { isDaemon, saysNotDelivered } from './kind-subject.ts'
import type { MailAddress } from './mail-facts.ts'

const isDeliveryReport: Look = (headers, { report }) => {
  if (reportType(headers) === 'delivery-status') return 'report-type=delivery-status'
  if (headerText(headers, 'x-failed-recipients') !== '') return 'X-Failed-Recipients'
  return report ? 'delivery report' : null
}

const isFromDaemon: Look = (headers, { from, subject }) => {
  if (isOtherReport(headers)) return null
  if (isDaemon(from)) return `From: ${from?.address ?? ''}`
  if (!saysNotDelivered(subject)) return null
  return isPostmaster(from) || isNullSender(headers, { subject, from, report: null }) ? `Subject: ${subject}` : null
}

const isPostmaster = (from: MailAddress | null): boolean =>
  /^(?:postmaster|mail-?er-?daemon|mailadmin)@/i.test(from?.address ?? '')

const isOtherReport = (headers: readonly Header[]): boolean => {
  const kind = reportType(headers)
  return kind !== '' && kind !== 'delivery-status'
}

export const bounceLooks: readonly Look[] = [isDeliveryReport, isFromDaemon]
