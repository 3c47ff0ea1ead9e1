// The machine-readable part of delivery reports (RFC 3464 §2, RFC 6533 §3).
import type { DeliveryFailure } from './mail-facts.ts'
import type { ReportSource } from './report.ts'
import { wordsOf } from './report-excerpt.ts'
import { isHardFailure } from './report-hardness.ts'
import { oneLine, sentenceIn } from './report-sentence.ts'

const MOST_RECIPIENTS = 1000
const LOOKED_AT = 1_000_000 // bytes
const statusTypes = new Set(['message/delivery-status', 'message/global-delivery-status'])

type Fields = ReadonlyMap<string, string>

/** The fields as text: a part of the mail, or where programs glued them into the text. */
export function statusText({ parts, text }: ReportSource): string | null {
  const part = parts.find(({ contentType }) => statusTypes.has(contentType))
  if (part) return part.content.subarray(0, LOOKED_AT).toString('utf8')
  const start = /^(?:Reporting-MTA|Final-Recipient|Original-Recipient): ?[\w-]{1,20} ?;/im.exec(text)?.index
  return start === undefined ? null : text.slice(start, start + LOOKED_AT)
}

/** One failure for each recipient who did not get the mail; null where the text holds no recipient at all. */
export function failuresOfStatus(status: string, words: string): DeliveryFailure[] | null {
  const groups = groupsOf(status).filter(isRecipient)
  if (groups.length === 0) return null
  return groups
    .filter(isFailure)
    .slice(0, MOST_RECIPIENTS)
    .map(fields => failureOf(fields, words))
}

/** Blank lines part the groups; a continued line begins with white space. */
function groupsOf(text: string): Fields[] {
  const groups: Map<string, string>[] = [new Map()]
  let key = ''
  for (const line of text.split(/\r?\n/)) {
    const group = groups.at(-1)
    const [, name, value] = /^([\w-]{1,60})\s?:\s?(.*)$/.exec(line.slice(0, 4000)) ?? []
    if (line.trim() === '') {
      if (group?.size) groups.push(new Map())
    } else if (/^[ \t]/.test(line) && key !== '')
      group?.set(key, `${group.get(key) ?? ''} ${line.trim()}`.slice(0, 4000))
    else if (name !== undefined) {
      key = name.toLowerCase()
      if (group?.has(key)) groups.push(new Map())
      groups.at(-1)?.set(key, value ?? '')
    }
  }
  return groups
}

const isRecipient = (fields: Fields): boolean =>
  fields.has('final-recipient') || fields.has('original-recipient') || fields.has('action')

function isFailure(fields: Fields): boolean {
  const action = (fields.get('action') ?? '').trim().toLowerCase()
  if (action === '') return /^[45]/.test((fields.get('status') ?? '').trim())
  return action.startsWith('fail') || action.startsWith('delay') || action.startsWith('error')
}

function failureOf(fields: Fields, words: string): DeliveryFailure {
  const diagnostic = withoutType(fields.get('diagnostic-code') ?? fields.get('x-supplementary-info') ?? '')
  const status = statusOf(fields, diagnostic)
  const reason =
    oneLine(diagnostic) || oneLine(fields.get('x-display-text') ?? '') || oneLine(sentenceIn(wordsOf(words)))
  const code = /(?:^|\s)([245]\d\d)[\s-]/.exec(diagnostic)?.[1] ?? null
  const isDelayed = /^delay/i.test(fields.get('action')?.trim() ?? '')
  return {
    recipient: recipientOf(fields),
    isHard: !isDelayed && isHardFailure({ status, reason, code }),
    status,
    reason,
  }
}

/** The server's own status is nearer to the truth than 5.0.0, which says nothing. */
function statusOf(fields: Fields, diagnostic: string): string | null {
  const own = /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? null
  const remote = /\b[245]\.\d{1,3}\.\d{1,3}\b(?!\.\d)/.exec(diagnostic)?.[0] ?? null
  return own === null || /\.0\.0$/.test(own) ? (remote ?? own) : own
}

/** The address that was written to; `rfc822; <ann@example.org>` without type and brackets. */
function recipientOf(fields: Fields): string {
  for (const key of ['original-recipient', 'final-recipient', 'x-actual-recipient']) {
    const address = addressOf(withoutType(fields.get(key) ?? ''))
    if (address !== '') return address
  }
  return ''
}

const withoutType = (value: string): string => value.replace(/^\s{0,20}[\w-]{1,40}\s{0,20};\s{0,20}/, '').trim()

function addressOf(value: string): string {
  const inner = /<([^<>]{3,320})>/.exec(value)?.[1] ?? value
  const address = unescaped(inner)
    .trim()
    .replace(/^["']|["']$/g, '')
  return address.includes('@') ? address : ''
}

/** RFC 3461 xtext ("+2B") and RFC 6533 (`\x{20AC}`). */
const unescaped = (text: string): string =>
  text.replace(/\\x\{([0-9A-F]{1,6})\}/gi, (whole, hex: string) => {
    const point = Number.parseInt(hex, 16)
    return point > 0x1f && point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
