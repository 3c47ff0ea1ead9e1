// The marks and words of an address header (RFC 5322 §3.2). What never closes is read as far as it makes sense.

export interface Token {
  kind: 'word' | 'quoted' | 'comment' | 'angle' | 'space' | 'comma' | 'semicolon' | 'colon'
  text: string
}

// No name or address is longer; without a bound "((((…" would cost the square of its length.
const MAX_TOKEN = 1_000
const marks: Partial<Record<string, Token['kind']>> = { ',': 'comma', ';': 'semicolon', ':': 'colon' }
// Commas in encoded words are letters of a name, whatever RFC 2047 §5 (3) says. Spaces are, too.
const encodedWord = /=\?[^?\s]{1,60}\?[bq]\?[^?<>]{0,1000}\?=/iy
const plainWord = /[^\s"<>,;:()=]+|./suy
const space = /\s+/y

export function addressTokens(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const [token, length] = tokenAt(text, at)
    if (token !== null) tokens.push(token)
    at += length
  }
  return tokens
}

function tokenAt(text: string, at: number): [Token | null, number] {
  const first = text.charAt(at)
  const mark = marks[first]
  if (mark !== undefined) return [{ kind: mark, text: first }, 1]
  if (first === '"') return quoted(text, at)
  if (first === '(') return comment(text, at)
  if (first === '<') return angle(text, at)
  if (first === '>' || first === ')') return [null, 1]
  const white = matchAt(space, text, at)
  if (white !== null) return [{ kind: 'space', text: ' ' }, white.length]
  const word = matchAt(encodedWord, text, at) ?? matchAt(plainWord, text, at) ?? first
  return [{ kind: 'word', text: word }, word.length]
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}

function quoted(text: string, at: number): [Token | null, number] {
  let inner = ''
  for (let next = at + 1; next < Math.min(text.length, at + MAX_TOKEN); next += 1) {
    const character = text.charAt(next)
    if (character === '"') return [{ kind: 'quoted', text: inner }, next - at + 1]
    if (character === '\\') next += 1
    inner += character === '\\' ? text.charAt(next) : character
  }
  return [null, 1]
}

function comment(text: string, at: number): [Token | null, number] {
  let depth = 0
  for (let next = at; next < Math.min(text.length, at + MAX_TOKEN); next += 1) {
    const character = text.charAt(next)
    if (character === '\\') next += 1
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    if (depth === 0) return [{ kind: 'comment', text: text.slice(at + 1, next) }, next - at + 1]
  }
  return [null, 1]
}

/** `<…>`; one that never closes ends where an address must. */
function angle(text: string, at: number): [Token, number] {
  const opening = /^<+/.exec(text.slice(at, at + MAX_TOKEN))?.[0].length ?? 1
  const rest = text.slice(at + opening, at + MAX_TOKEN)
  const closed = /^(?:[^<>"]|"[^"]*")*>/.exec(rest)?.[0]
  if (closed !== undefined) return [{ kind: 'angle', text: closed.slice(0, -1) }, closed.length + opening]
  const open = /^\s*[^\s<>,;]*/.exec(rest)?.[0] ?? ''
  return [{ kind: 'angle', text: open }, open.length + opening]
}
