// Which parts of a mail are its text. A person reads one text, however many parts and renderings a program made of it.

import type { MimePart } from './mime-tree.ts'

/** One stretch of the text, in one or two renderings; each may be of several parts. */
export interface Stretch {
  plain: MimePart[]
  rich: MimePart[]
}

export const isHtml = (part: MimePart): boolean => part.type === 'text/html' || part.type === 'application/xhtml+xml'

/** Text with marks of its own, which old programs sent; read where there is no other text. */
const isMarkedUp = (part: MimePart): boolean => /^text\/(?:enriched|richtext|markdown|unknown|ascii)$/.test(part.type)

/** The stretches in their order. Texts with a file's name are files, unless there is no other text. */
export function stretches(root: MimePart): Stretch[] {
  const place = { isAlone: true, isLenient: false, seen: { text: false } }
  const found = find(root, place)
  return found.length > 0 ? found : find(root, { ...place, isLenient: true })
}

interface Place {
  /** The mail itself or one of alternatives: not a file, even where it has a name. */
  isAlone: boolean
  isLenient: boolean
  /** Whether the mail's text was met before. */
  seen: { text: boolean }
}

function find(part: MimePart, place: Place): Stretch[] {
  const inner = { ...place, isAlone: false }
  if (part.isWhole) return part.body.length === 0 ? [] : [{ plain: [part], rich: [] }]
  switch (part.type) {
    case 'multipart/alternative':
      return alternative(part.children.map(child => find(child, { ...place, isAlone: true })))
    case 'multipart/related':
      return related(part, inner)
    case 'multipart/signed':
      return part.children.slice(0, 1).flatMap(child => find(child, { ...place, isAlone: true }))
    case 'multipart/encrypted':
      return []
  }
  if (part.children.length > 0) return part.children.flatMap(child => find(child, inner))
  if (!isText(part, place)) return []
  place.seen.text = true
  return [isHtml(part) ? { plain: [], rich: [part] } : { plain: [part], rich: [] }]
}

function isText(part: MimePart, { isAlone, isLenient, seen }: Place): boolean {
  if (part.type !== 'text/plain' && !isHtml(part) && !(isLenient && isMarkedUp(part))) return false
  if (part.disposition.value.toLowerCase() === 'attachment') return false
  if (isAlone || isLenient) return true
  // Some programs name the text, too: then it is the first; a named text after it is a file.
  return (
    !part.disposition.parameters.has('filename') && !(seen.text && (part.parameters.get('name') ?? '').trim() !== '')
  )
}

/** RFC 2046 §5.1.4: the same in several renderings, the best one last. */
function alternative(choices: Stretch[][]): Stretch[] {
  const plain = choices.find(choice => choice.length > 0 && choice.every(stretch => stretch.plain.length > 0))
  const rich = choices.findLast(choice => choice.some(stretch => stretch.rich.length > 0))
  if (rich === undefined) return plain ?? []
  // What mailing lists and gateways put beside the HTML is in its order among the rich ones.
  const both = rich.flatMap(stretch => (stretch.rich.length > 0 ? stretch.rich : stretch.plain))
  return [{ plain: plain?.flatMap(stretch => stretch.plain) ?? rich.flatMap(stretch => stretch.plain), rich: both }]
}

/** RFC 2387: one root with what it shows; the others are files. */
function related(part: MimePart, place: Place): Stretch[] {
  const start = part.parameters.get('start')
  const named = start === undefined ? undefined : part.children.find(child => contentId(child) === bare(start))
  const found = [...(named === undefined ? [] : [named]), ...part.children].map(child => find(child, place))
  const root = found.find(stretch => stretch.length > 0) ?? []
  const hasHtml = root.some(stretch => stretch.rich.length > 0)
  // Some programs say "related" where they mean "alternative".
  return hasHtml ? root : alternative(found)
}

const bare = (id: string): string => id.trim().replace(/^<|>$/g, '')

/** `Content-ID` without brackets, null where there is none. */
export function contentId(part: MimePart): string | null {
  const id = part.headers.find(header => header.key === 'content-id')?.value
  return id === undefined || bare(id) === '' ? null : bare(id)
}
