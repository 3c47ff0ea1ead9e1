// The marks and words of an address header (RFC 5322 §3.2). What never closes is read as far as it makes sense.

export interface Token {
  kind: 'word' | 'quoted' | 'comment' | 'angle' | 'space' | 'comma' | 'semicolon' | 'colon'
  text: string
}

// No name or address is longer.
const MAX_TOKEN = 1_000
const marks: Partial<Record<string, Token['kind']>> = { ',': 'comma', ';': 'semicolon', ':': 'colon' }
// Commas in encoded words are letters of a name, whatever RFC 2047 §5 (3) says. Spaces are, too.
const encodedWord = /=\?[^?\s]{1,60}\?[bq]\?[^?<>]{0,1000}\?=/iy
const plainWord = /[^\s"<>,;:()=]+|./suy
const space = /\s+/y

export function addressTokens(text: string): Token[] {
  const tokens: Token[] = []
  const closings = closingsOf(text)
  let at = 0
  while (at < text.length) {
    const [token, length] = tokenAt(text, at, closings)
    if (token !== null) tokens.push(token)
    at += length
  }
  return tokens
}

/**
 * Where each quotation mark and each bracket closes, in one go: to look for it from each of "((((…" would cost a thousand
 * times the length.
 */
function closingsOf(text: string): ReadonlyMap<number, number> {
  const closings = new Map<number, number>()
  const open: number[] = []
  const marks: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') {
      // What it stands before closes nothing, but may open where what was begun before it never closed.
      at += 1
      if (text.charAt(at) === '"') marks.push(at)
      continue
    }
    if (character === '(') open.push(at)
    const opened = character === ')' ? open.pop() : undefined
    if (opened !== undefined) closings.set(opened, at)
    if (character !== '"') continue
    for (const mark of marks.splice(0, marks.length, at)) closings.set(mark, at)
  }
  return closings
}

function tokenAt(text: string, at: number, closings: ReadonlyMap<number, number>): [Token | null, number] {
  const first = text.charAt(at)
  const mark = marks[first]
  if (mark !== undefined) return [{ kind: mark, text: first }, 1]
  if (first === '"') return quoted(text, at, closings.get(at))
  if (first === '(') return comment(text, at, closings.get(at))
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

function quoted(text: string, at: number, end = Number.POSITIVE_INFINITY): [Token | null, number] {
  if (end >= at + MAX_TOKEN) return [null, 1]
  return [{ kind: 'quoted', text: text.slice(at + 1, end).replace(/\\(.)/gs, '$1') }, end - at + 1]
}

function comment(text: string, at: number, end = Number.POSITIVE_INFINITY): [Token | null, number] {
  if (end >= at + MAX_TOKEN) return [null, 1]
  return [{ kind: 'comment', text: text.slice(at + 1, end) }, end - at + 1]
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
