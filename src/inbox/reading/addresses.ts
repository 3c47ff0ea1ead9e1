// Addresses of a header (RFC 5322 §3.4 with the obsolete forms of §4.4), read leniently: groups, comments, routes, names
// without the quotes they need, names only.

import { cleanLine } from '../../lib/clean-text.ts'
import { addressTokens, type Token } from './address-tokens.ts'
import { decodeWords } from './encoded-words.ts'
import type { MailAddress } from './mail-facts.ts'

const MAX_ADDRESSES = 5_000
// Words of one name; there are hostile headers of nothing else.
const MAX_TOKENS = 200

interface Mailbox extends MailAddress {
  isNameOnly: boolean
}

/** In their order; what names nobody is left out. */
export function readAddresses(text: string): MailAddress[] {
  const found = withWholeNames(mailboxesOf(addressTokens(text)))
  const decoded = decodeWords(text)
  // Some programs encode the header as a whole, the address with it.
  const isEncodedWhole = decoded !== text && !found.some(({ address }) => address.includes('@'))
  return isEncodedWhole && decoded.includes('@') ? withWholeNames(mailboxesOf(addressTokens(decoded))) : found
}

function mailboxesOf(tokens: Token[]): Mailbox[] {
  const hasGroups = tokens.some(({ kind }) => kind === 'semicolon')
  const found: Mailbox[] = []
  let current: Token[] = []
  let hasAngle = false
  let hasAddress = false
  const finish = (next: Token[] = []) => {
    const mailbox = current.length > 0 ? mailboxOf(current) : null
    if (mailbox !== null) found.push(mailbox)
    current = next
    hasAngle = next.length > 0
    hasAddress = hasAngle
  }
  for (const token of tokens) {
    if (found.length >= MAX_ADDRESSES) return found
    if (token.kind === 'comma' || token.kind === 'semicolon') finish()
    // "Group: a@b.example, c@d.example;" – its name is nobody's.
    else if (token.kind === 'colon' && hasGroups && !hasAddress) current = []
    else if (hasAngle && token.kind === 'angle') finish([token])
    else if (current.length < MAX_TOKENS || token.kind === 'angle') {
      hasAngle ||= token.kind === 'angle'
      hasAddress ||= hasAngle || token.text.includes('@')
      current.push(token)
    }
  }
  finish()
  return found
}

function mailboxOf(tokens: Token[]): Mailbox | null {
  const angle = tokens.find(({ kind }) => kind === 'angle')
  const comment = tokens.find(({ kind }) => kind === 'comment')?.text ?? ''
  const words = tokens.filter(({ kind }) => kind !== 'angle' && kind !== 'comment')
  if (angle === undefined) return bareMailbox(words, comment)
  const name = nameOf(words.map(({ text }) => text).join('')) || nameOf(comment)
  const address = addressOf(angle.text)
  // "user@host <Name>", the wrong way round.
  if (!address.includes('@') && /^[^\s@]+@\S+$/.test(name) && !words.some(({ kind }) => kind === 'quoted'))
    return { address: addressOf(name), name: nameOf(angle.text), isNameOnly: false }
  return address === '' && name === '' ? null : { address, name, isNameOnly: false }
}

const domain = /@\s?[^\s"@]{1,300}/y
const localPart = /(?:"[^"]{0,200}"|[^\s"@]{1,200})\s?$/

/** The first address in a text: looked for at each "@", with no more before it than it can have. */
function bareAddress(text: string): { address: string; index: number } | null {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    domain.lastIndex = at
    const behind = /[^\s@]\s?$/.test(text.slice(Math.max(0, at - 2), at)) ? domain.exec(text)?.[0] : undefined
    const before = behind && localPart.exec(text.slice(Math.max(0, at - 203), at))?.[0]
    if (before) return { address: before + behind, index: at - before.length }
  }
  return null
}

/** Without angle brackets: `user@host (Name)`, `user @ host`, or a name alone. */
function bareMailbox(words: Token[], comment: string): Mailbox | null {
  // What stands in quotes is a name, whatever it looks like, or the local part of an address.
  const isName = (word: Token, at: number) => word.kind === 'quoted' && !words[at + 1]?.text.startsWith('@')
  const quotedNames = words.filter(isName).map(word => word.text)
  const text = words
    .filter((word, at) => !isName(word, at))
    .map(word => (word.kind === 'quoted' ? `"${word.text.replaceAll('"', '')}"` : word.text))
    .join('')
  const found = bareAddress(text)
  if (found !== null) {
    const { address, index } = found
    const rest = [...quotedNames, text.slice(0, index), text.slice(index + address.length)].join(' ')
    return {
      address: addressOf(address),
      name: nameOf(comment) || nameOf(rest.replaceAll('"', '')),
      isNameOnly: false,
    }
  }
  const name = nameOf(words.map(word => word.text).join('')) || nameOf(comment)
  if (name === '') return null
  // Some programs put nothing but the address in quotes.
  if (/^[^\s@]+@[^\s@.]+\.[^\s@]+$/.test(name)) return { address: addressOf(name), name: '', isNameOnly: false }
  // "root": a mailbox of the same machine.
  const isLocal = /^[\w.+-]+$/.test(text.trim())
  return isLocal ? { address: name, name: '', isNameOnly: true } : { address: '', name, isNameOnly: true }
}

const nameOf = (text: string): string =>
  cleanLine(decodeWords(cleanLine(text)))
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim()

/** Whether it is an address behind its last question mark, and so no encoded word. */
function endsInDomain(text: string): boolean {
  const at = text.indexOf('@', text.lastIndexOf('?') + 1)
  return at >= 0 && at < text.length - 1
}

/** Without route (`<@a,@b:user@host>`), white space and "mailto:"; the domain in lower case, as it is compared. */
function addressOf(text: string): string {
  const decoded = text.includes('=?') && !endsInDomain(text) ? decodeWords(text) : text
  const bare = cleanLine(decoded)
    .replace(/^mailto:/i, '')
    .replace(/^@[^:]*:/, '')
    .replace(/^'([^@]+@.+)'$/, '$1')
  const spaceless = bare.startsWith('"') ? bare : bare.replace(/\s?([@.])\s?/g, '$1')
  const at = spaceless.lastIndexOf('@')
  return at < 0 ? spaceless : spaceless.slice(0, at) + spaceless.slice(at).toLowerCase()
}

/** `Doe, Jane <jane@…>` without quotes reads as two: the first has no address and is the second one's name. */
function withWholeNames(mailboxes: Mailbox[]): MailAddress[] {
  const found: MailAddress[] = []
  let waiting: Mailbox | null = null
  for (const mailbox of mailboxes) {
    if (waiting !== null && !mailbox.isNameOnly && mailbox.name !== '') {
      found.push({ address: mailbox.address, name: `${waiting.address || waiting.name}, ${mailbox.name}` })
      waiting = null
      continue
    }
    if (waiting !== null) found.push({ address: waiting.address, name: waiting.name })
    waiting = mailbox.isNameOnly ? mailbox : null
    if (waiting === null) found.push({ address: mailbox.address, name: mailbox.name })
  }
  if (waiting !== null) found.push({ address: waiting.address, name: waiting.name })
  return found
}
