// The block of telephone numbers, addresses and court entries under a greeting, where nothing but that follows.
import { bare, isBlank, isLong, isQuoted, oneOf } from './fold-line.ts'
import { greetings } from './fold-signature-words.ts'

const MOST_LINES = 30
const greeting = new RegExp(`^(?:${oneOf(greetings)})(?:[\\s,.!/|-]|$)`, 'iu')
const contact =
  /^(?:tel(?:efon|ephone|éfono|efono|\.|:)?|phone|mobile?|mobil(?:telefon)?|handy|fax|telefax|fon|t|m|f|p|d|e|w|direct|durchwahl|office|cell|móvil|portable|e-?mail|mail|web|internet|website|site|skype)\b\.?\s{0,4}[:.+|\d(]|^\+?[\d\s()/.-]{8,}$|^(?:https?:\/\/|www\.)\S+$|^[^\s@]{1,64}@[^\s@]{1,255}$/iu
// What a private person who writes where to deliver or to call does not write below.
const firm =
  /^(?:fax|telefax|e-?mail|mail|web|internet|website)\b|^(?:https?:\/\/|www\.)|^[^\s@]{1,64}@[^\s@]{1,255}$/iu
const register =
  /\b(?:HRB|HRA|amtsgericht|registergericht|handelsregister|geschäftsführer(?:in|ung)?|vorstand|aufsichtsrat|ust-?id(?:\.|-?nr)?|steuernummer|steuer-nr|sitz der gesellschaft|registered (?:office|in)|company (?:no|number|registration)|vat (?:no|number|id)|siret|siren|rcs|capital social|partita iva|p\.\s?iva|kvk|btw|c\.?i\.?f\.?|n\.?i\.?f\.?)\b/iu
const postal =
  /^(?:[A-Z]{1,2}-)?\d{4,5} \p{Lu}[\p{L} .-]{1,40}$|^[\p{L} .-]{3,40}(?:str\.|straße|strasse|weg|platz|allee|gasse|street|road|avenue|lane)\s?\d{1,4}\s?[a-z]?\b/iu

/** Where it begins, below the greeting and the name, which stay; `bottom` where it is not unmistakable. */
export function contactBlockStart(lines: readonly string[], bottom: number, floor: number): number {
  const top = greetingBefore(lines, bottom, floor)
  if (top === null) return bottom
  const start = firstContact(lines, top + 1, bottom)
  if (start === null) return bottom
  const block = lines
    .slice(start, bottom)
    .filter(line => !isBlank(line))
    .map(bare)
  const sure = block.filter(isContact).length
  const isFirm = block.some(line => firm.test(line) || register.test(line))
  return isFirm && sure >= 3 && sure * 2 >= block.length && block.every(isPart) ? start : bottom
}

function greetingBefore(lines: readonly string[], bottom: number, floor: number): number | null {
  for (let index = bottom - 1; index >= Math.max(floor, bottom - MOST_LINES); index -= 1) {
    const line = lines[index]!
    if (isLong(line) || isQuoted(line)) return null
    if (bare(line).length <= 60 && greeting.test(bare(line))) return index
  }
  return null
}

/** Name, role and company come first: the block begins at the first line that nobody writes by hand. */
function firstContact(lines: readonly string[], from: number, to: number): number | null {
  for (let index = from; index < to; index += 1) if (isContact(bare(lines[index]!))) return index
  return null
}

const isContact = (text: string): boolean => contact.test(text) || register.test(text) || postal.test(text)

/** Anything that reads like a sentence or an afterthought keeps the whole block in sight. */
const isPart = (text: string): boolean =>
  isContact(text) ||
  (text.length <= 70 &&
    !/[.!?:]$/u.test(text) &&
    !/^(?:p\.?\s?s\b|n\.?\s?b\b)/iu.test(text) &&
    text.split(' ').length <= 8)
