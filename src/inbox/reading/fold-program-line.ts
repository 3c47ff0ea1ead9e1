// "Sent from my iPhone": what phones and mail programs put under every mail.
import { bare, isLong, isQuoted, oneOf } from './fold-line.ts'
import { devices, sentWith } from './fold-signature-words.ts'

const start = new RegExp(`^[-–—_*\\s]{0,6}(?:${oneOf(sentWith)})`, 'iu')
const device = new RegExp(`(?<![a-zà-ÿ])(?:${oneOf(devices)})(?![a-zà-ÿ])`, 'iu')
// "Von meinem iPhone" begins many a sentence: only with the verb at the end it is the phone's.
const withVerb =
  /^[-–—_*\s]{0,6}(?:von (?:meinem|meiner|unterwegs)|(?:meinem|mein)) .{2,80} (?:gesendet|verschickt|geschickt|versendet|getippt|geschrieben)[.!]?$/iu
const reversed =
  /^.{0,20}(?:iPhone|iPad|Outlook|Android)(?:['’]?umdan gönderildi|['’]?[dt]an gönderildi| ?から送信| ?에서 보냄|에서 보냄).{0,60}$/iu
// No such line says anything, so one with a verb of its own is somebody's sentence.
const sentence =
  /(?<![\p{L}'])(?:not|does|doesn't|do|don't|is|are|was|were|it|they|works?|fails?|arrives?|never|nicht|geht|gehen|ist|sind|kein|keine|kommt|kommen|funktioniert|aber|ne|pas|mais|est|marche|no funciona|non|niet|werkt)(?![\p{L}'])/iu
// "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet." is as long as they get, addresses apart.
const LONGEST = 130
const named = /\[([^\]]{1,60})\]\([^)]{1,300}\)/gu // a link in Markdown
const address = /https?:\/\/\S{1,300}|<[^>]{0,300}>|\([^)]{0,300}\)|\[[^\]]{0,300}\]/gu

/** The whole line is one. */
export function isProgramLine(line: string): boolean {
  if (isLong(line) || isQuoted(line)) return false
  const text = bare(line).replace(named, '$1').replace(address, '').replace(/\s+/g, ' ').trim()
  if (text.length > LONGEST || /[.!?] \p{Lu}|\?$/u.test(text) || text.split(' ').length > 16) return false
  if (withVerb.test(text) || reversed.test(text)) return device.test(text) || text.length <= 40
  return start.test(text) && device.test(text) && !sentence.test(text)
}

/** The first line of one that was broken in two. */
export const isProgramStart = (line: string): boolean =>
  bare(line).length < 60 && start.test(bare(line)) && !/[.!?:]$/u.test(bare(line))
