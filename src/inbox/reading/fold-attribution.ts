// "On Monday, Ann wrote:": the lines that mail programs put above what they quote, also wrapped over a few lines.

import { bare, isBlank, isLong, isQuoted, oneOf } from './fold-line.ts'
import { isProgramLine } from './fold-program-line.ts'
import { attributionOpeners, wrote } from './fold-words.ts'

export interface Attribution {
  /** First line, and the line after its last. */
  start: number
  end: number
  /** With date and address as only programs write it: what follows is the earlier mail, even without ">". */
  isSure: boolean
}

const MOST_LINES = 5
const verb = new RegExp(oneOf(wrote), 'iu')
const opener = new RegExp(`^(?:[-–—*_>\\s"«]{0,4})(?:${oneOf(attributionOpeners)})[\\s.,]`, 'iu')
const address = /[^\s<>@()[\]:,;"]{1,64}@[^\s<>@()[\]:,;"]{1,255}/u
const bracketed = /[<[(](?:mailto:)?[^\s<>@]{1,64}@[^\s<>@]{1,255}[>\])]/iu
const time = /\b\d{1,2}[:.h]\d{2}(?!\d)|\d{1,2}時|\d{1,2}시/u
const year = /(?<!\d)(?:19|20)\d\d(?!\d)/u
const date = /\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[:.]\d{2}/u
// "Dec 9", "9. Dez.": enough where a verb says the rest.
const day = /(?<!\p{L})\p{L}{3,12}\.? \d{1,2}(?!\d)|(?<!\d)\d{1,2}\.? (?:de )?\p{L}{3,}/u
const weekday =
  /\b(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\b|\b(?:mo|di|mi|do|fr|sa|so)\.|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)\b|\b(?:lun|mar|mer|jeu|ven|sam|dim)\.?(?:di|credi|dredi)?\b|\b(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)\b/iu
// No program says "On Monday, 2 March 2020 at 10:00 your colleague wrote to me:".
const personal =
  /(?<!\p{L})(?:mir|mich|uns|ich|wir|ihre?|ihnen|mein|unser|me|us|my|our|your|moi|nous|votre|mi|su|noi|vostro)(?!\p{L})/iu
const startsWithDate = /^(?:\d{1,4}[./年-]\s?\d{1,2}|\d{1,2}\.? \p{L}{3,}|\d{1,2}[:.]\d{2}(?: [AP]M)?, )/u
const startsWithDay = /^[>\s]{0,3}\p{L}{2,12}\.?, \d{1,2}\.? \p{L}{3,12}\.? \d{4}/u // "Thu, 26 Jun 2014"
const colon = /[:：]\s*[-*_—–]{0,6}$/u
// Old Gmail ended with the address or the name, GMX apps end with the name: believed only right above quoted lines.
const noColon =
  /^(?:20\d\d[-/]\d{1,2}[-/]\d{1,2} .{0,200}>$|20\d\d-\d\d-\d\d \d\d:\d\d GMT[+-]\d\d:\d\d .{1,80}$|Am \d{1,2}\.\d{1,2}\.\d{2,4} um \d{1,2}:\d{2} schrieb .{1,80}$)/u
// "Thanks! On Mon, Mar 2, 2020 at 10:00 AM Ann <ann@example.org> wrote:" all in one line.
const amid = /[^\s\d,–—-]\s*(?<![\p{L}\d])(?:On|Am|Le|El|Il|Op|Em|Den|W dniu|Dne) (?=[^:]{0,40}\d)/u

/** The attribution whose last line is `lines[last]`; it does not begin before `floor`. */
export function attributionEndingAt(lines: readonly string[], last: number, floor = 0): Attribution | null {
  const line = lines[last]
  if (line === undefined || isLong(line) || isQuoted(line)) return null
  if (!colon.test(bare(line))) return noColon.test(bare(line)) ? { start: last, end: last + 1, isSure: false } : null
  const start = startOf(lines, last, floor)
  const text = joined(lines, start, last).replaceAll('< ', '<')
  if (!isAttribution(text, start === last)) return null
  return { start: hasOwnWords(text) ? last + 1 : start, end: last + 1, isSure: isSure(text) }
}

/** Own words before it keep the line in sight, unless a program wrote them, too ("… gesendet.Am 2.3.2020 …"). */
function hasOwnWords(text: string): boolean {
  const found = amid.exec(text)
  return found !== null && !begins(text) && !isProgramLine(text.slice(0, found.index + 1))
}

const joined = (lines: readonly string[], start: number, last: number): string =>
  lines
    .slice(start, last + 1)
    .map(bare)
    .join(' ')

/** Up to where a wrapped one begins: the nearest line above that begins as attributions do, with no blank line between. */
function startOf(lines: readonly string[], last: number, floor: number): number {
  for (let start = last; start >= floor && start > last - MOST_LINES; start -= 1) {
    const line = lines[start]!
    if (isBlank(line) || isLong(line) || isQuoted(line)) break
    if (start < last && colon.test(bare(line))) break
    if (begins(bare(line)) && hasWhen(lines, start, last)) return start
  }
  return last
}

const begins = (line: string): boolean => opener.test(line) || startsWithDate.test(line) || startsWithDay.test(line)

/** Has what every line has that announces an earlier mail: a verb of saying or a date. */
export const soundsAnnouncing = (text: string): boolean => verb.test(text) || date.test(text)

const isDated = (text: string): boolean => date.test(text) || day.test(text)

const hasWhen = (lines: readonly string[], start: number, last: number): boolean => isDated(joined(lines, start, last))

function isAttribution(text: string, isOneLine: boolean): boolean {
  if (text.length > 600) return false
  if (verb.test(text)) return (begins(text) && isDated(text)) || address.test(text) || (isOneLine && isShort(text))
  return bracketed.test(text) && (startsWithDate.test(text) || (begins(text) && date.test(text)))
}

/** "Ann Miller wrote:": too little to be sure of, enough above quoted lines. */
const isShort = (text: string): boolean => text.length <= 80 && text.split(' ').length <= 8

function isSure(text: string): boolean {
  if (!date.test(text)) return false
  if (bracketed.test(text)) return true
  if (personal.test(text)) return false
  return address.test(text) || isFullyDated(text)
}

/** With weekday, year and time, as programs write it and hardly a person does. */
const isFullyDated = (text: string): boolean =>
  opener.test(text) && verb.test(text) && year.test(text) && time.test(text) && weekday.test(text)
