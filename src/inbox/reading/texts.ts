// The text and the HTML of a mail, put together of its stretches.

import { cleanText } from '../../lib/clean-text.ts'
import { escapeHtml } from '../../lib/html.ts'
import { isHtml, type Stretch, stretches } from './body.ts'
import { textOfHtml } from './html-text.ts'
import type { MimePart } from './mime-tree.ts'
import { htmlSource, MAX_TEXT, plainText } from './part-text.ts'
import type { ShownTexts } from './parts.ts'

export interface Texts {
  text: string
  html: string | null
  shown: ShownTexts
}

interface Rendered {
  plain: string
  html: string | null
}

// A mail of 10,000 texts is no text.
const MAX_ALL = 2 * MAX_TEXT

export function textsOf(root: MimePart): Texts {
  const shown: ShownTexts = new Map()
  const rendered: Rendered[] = []
  let length = 0
  for (const stretch of stretches(root)) {
    if (length > MAX_ALL) break
    const next = render(stretch, shown)
    length += next.plain.length + (next.html?.length ?? 0)
    rendered.push(next)
  }
  const found = join(withoutDoubles(rendered))
  const packed = found.text === '' ? unpacked(root) : null
  return { ...(packed === null ? found : join([packed])), shown }
}

/** Outlook's "rich text": the words are in the winmail.dat only. */
function unpacked(part: MimePart): Rendered | null {
  if (part.tnef !== null) return { plain: cleanText(part.tnef.text), html: part.tnef.html }
  for (const child of part.children) {
    const found = unpacked(child)
    if (found !== null) return found
  }
  return null
}

function render(stretch: Stretch, shown: ShownTexts): Rendered {
  const plain = stretch.plain
    .map(part => shownPlain(part, shown))
    .filter(text => text !== '')
    .join('\n\n')
  const html = stretch.rich
    .map(part => (isHtml(part) ? shownHtml(part, shown) : asHtml(shownPlain(part, shown))))
    .join('<br>\n')
  return { plain, html: stretch.rich.length === 0 ? null : html }
}

function shownPlain(part: MimePart, shown: ShownTexts): string {
  const { text, ...rest } = plainText(part)
  shown.set(part, rest)
  return text
}

function shownHtml(part: MimePart, shown: ShownTexts): string {
  const { text, isCut } = htmlSource(part)
  shown.set(part, { files: [], isCut })
  return text
}

const asHtml = (text: string): string => `<p>${escapeHtml(text).replaceAll('\n', '<br>\n')}</p>`

/** Programs that mean "alternative" and say "mixed" send everything twice. */
function withoutDoubles(rendered: Rendered[]): Rendered[] {
  const kept: Rendered[] = []
  for (const next of rendered) {
    const last = kept.at(-1)
    const mayDouble = last?.html === null && last.plain !== '' && next.plain === '' && next.html !== null
    if (mayDouble && sameWords(last.plain, textOfHtml(next.html ?? ''))) last.html = next.html
    else kept.push({ ...next })
  }
  return kept
}

const sameWords = (one: string, other: string): boolean => words(one) === words(other)
const words = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '')

function join(rendered: Rendered[]): { text: string; html: string | null } {
  const pieces = rendered.map(textOf).filter(piece => piece !== '')
  const html = rendered.map(({ plain, html }) => html ?? asHtml(plain)).join('\n')
  return { text: cleanText(pieces.join('\n\n')), html: rendered.some(piece => piece.html !== null) ? html : null }
}

function textOf({ plain, html }: Rendered): string {
  if (html === null) return plain
  if (plain !== '' && !mayBeStub(plain)) return plain
  const text = textOfHtml(html)
  return plain === '' || isStubOf(plain, text) ? text || plain : plain
}

// "This message requires an HTML viewer", "Ihr Mail-Programm zeigt kein HTML": short, and of HTML.
const mayBeStub = (plain: string): boolean =>
  plain.length < 600 && /html|viewer|browser|multi-?part|nachricht anzeigen/i.test(plain)
const isStubOf = (plain: string, text: string): boolean =>
  text.length > plain.length / 2 && !words(text).startsWith(words(plain).slice(0, 60))
