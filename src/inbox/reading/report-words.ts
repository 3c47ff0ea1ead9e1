// Delivery reports in plain words: Exim, qmail, old Postfix and Sendmail, and the providers that never had a form.
import { headerText, headerTexts } from './headers.ts'
import {
  isDaemon,
  isNullPath,
  isReplySubject,
  saysAutomaticReply,
  saysNotDelivered,
  startsNotDelivered,
} from './kind-subject.ts'
import type { DeliveryFailure } from './mail-facts.ts'
import type { ReportSource } from './report.ts'
import { wordsOf } from './report-excerpt.ts'
import { isHardFailure } from './report-hardness.ts'
import { accountsIn, type Candidate, recipientsIn } from './report-recipients.ts'
import { notDeliveredPhrase, oneLine, sentenceIn } from './report-sentence.ts'

// How such mails begin, and no person's.
const opening =
  /^(?:[^\n]{0,80}\n\s{0,5}){0,3}(?:hi\. this is the|this (?:message|e-?mail) was (?:created|generated) automatically|this is (?:an automatic|the (?:mail|postfix|deliver))|this is a (?:delivery|mime)|your (?:message|mail|e-?mail)\s{0,3}(?:$|to |could|was not|did not|has not|has encountered)|ihre nachricht|delivery (?:to|has)|unable to deliver|sorry, (?:we|unable|your)|error: ?\d{3}|-{3,} ?failure reasons|the (?:following|attached|enclosed|e-?mail|message|original)|a message (?:that )?(?:you|could)|i'?m (?:sorry|afraid)|undeliverable|unknown user|message (?:from|could|delivery)|die folgende|folgende)/im
const server =
  /^(?:post[-_.]?master|mail-?master|mail-?admin|mailmaster|mailservice|mail-?system|mdaemon|lsmtp|microsoftexchange[\da-f]{0,40}|mail-delivery|e500_smtp_mail_service|double-bounce)\b/i

/** A machine wrote it: by its sender, or by a subject and first words that only such mails begin with. */
export function isBounceLike(source: ReportSource): boolean {
  const { headers, subject, from, text } = source
  if (isOtherReport(headers) || isAnswer(headers)) return false
  if (isDaemon(from) || headerText(headers, 'x-failed-recipients') !== '') return true
  const isNamed = saysNotDelivered(subject) && !saysAutomaticReply(subject, true)
  if (isFromServer(source)) return isNamed || notDeliveredPhrase.test(text.slice(0, 1500))
  // Vacation programs and shops write without a sender, too, and of deliveries of their own.
  if (isFromMachine(source) || /^(?:no-?reply|sysadmin|smtp|mta|system|bounces?)\b/i.test(from?.address ?? ''))
    return isNamed
  return startsNotDelivered(subject) && notDeliveredPhrase.test(text.slice(0, 1000)) && opening.test(text.slice(0, 500))
}

/** A person may hand on a whole report, its fields included: these count only in a machine's mail. */
export const isFromMachine = (source: ReportSource): boolean =>
  isFromServer(source) ||
  isNullPath(headerText(source.headers, 'return-path')) ||
  /^auto-/i.test(headerText(source.headers, 'auto-submitted'))

const isFromServer = ({ headers, from, subject }: ReportSource): boolean =>
  isDaemon(from) ||
  (server.test(from?.address ?? '') && !isReplySubject(subject)) ||
  /^multipart\/report\b/i.test(headerText(headers, 'content-type'))

const isOtherReport = (headers: ReportSource['headers']): boolean =>
  /report-type\s?=\s?"?(?:disposition-notification|feedback-report)/i.test(headerText(headers, 'content-type'))

/** Answers of vacation programs have the null sender, too. */
const isAnswer = (headers: ReportSource['headers']): boolean =>
  /^auto-replied/i.test(headerText(headers, 'auto-submitted')) &&
  /vacation|away|abwesen/i.test(headerText(headers, 'auto-submitted'))

/** The recipients that the words name, each with the words about it. */
export function failuresOfWords(source: ReportSource): DeliveryFailure[] {
  const words = wordsOf(source.text)
  const named = failedRecipients(source)
  const own = ownAddresses(source)
  const addresses = recipientsIn(words, source.text, new Set(named), own)
  const found = addresses.length > 0 ? addresses : accountsIn(words, source.from)
  const candidates =
    named.length > 0
      ? named.map(address => found.find(one => same(one.address, address)) ?? { address, reason: '' })
      : found
  return candidates.map(candidate => failureOf(candidate, words, candidates.length === 1))
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** Exim and Gmail. */
const failedRecipients = ({ headers }: ReportSource): string[] =>
  headerTexts(headers, 'x-failed-recipients')
    .join(',')
    .split(',')
    .map(address => address.trim().replace(/^<|>$/g, ''))
    .filter(address => address.includes('@'))
    .slice(0, 1000)

/** Who sent the mail that came back, and who reports: neither is the one who did not get it. */
function ownAddresses({ headers, from }: ReportSource): Set<string> {
  const texts = ['to', 'delivered-to', 'x-original-to', 'envelope-to', 'sender', 'from', 'reply-to'].flatMap(key =>
    headerTexts(headers, key),
  )
  const found = texts.flatMap(text => text.slice(0, 4000).match(/[^\s<>@,;:"()]{1,64}@[^\s<>@,;:"()]{1,255}/g) ?? [])
  return new Set([...found, from?.address ?? ''].map(address => address.toLowerCase()))
}

const statusIn = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/
const codeIn = /(?<![\d.])[45]\d\d(?=[\s:-]|$)/

function failureOf({ address, reason }: Candidate, words: string, isOnly: boolean): DeliveryFailure {
  const own = oneLine(withoutHeadings(reason))
  const said =
    (isOnly || own === '') && !isCoded(own) ? betterOf(own, oneLine(withoutHeadings(sentenceIn(words)))) : own
  const status = statusIn.exec(said)?.[0] ?? null
  const code = codeIn.exec(said)?.[0] ?? null
  const isHard = isHardFailure({ status, code, reason: isOnly ? `${said} ${words.slice(0, 2000)}` : said })
  return { recipient: address, isHard, status, reason: said }
}

const isCoded = (text: string): boolean => statusIn.test(text) || codeIn.test(text)

const betterOf = (own: string, other: string): string => (own === '' || isCoded(other) ? other : own)

/** "----- Transcript of session follows -----" is no reason. */
const withoutHeadings = (text: string): string => text.replace(/(?<!\S)-{3,150} ?[^-\n]{0,80} ?-{3,150}(?!\S)/g, ' ')
