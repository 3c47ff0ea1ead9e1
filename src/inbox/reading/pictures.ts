// Pictures within the HTML, and which of them are mere decoration: tracking pixels, icons, logos. A screenshot must never
// be hidden: what is not surely decoration stays in sight.

import { foldText } from './fold.ts'
import { oneOf } from './fold-line.ts'
import { greetings } from './fold-signature-words.ts'
import { textOfHtml } from './html-text.ts'
import type { MailPart } from './mail-facts.ts'
import { pictureSize } from './picture-size.ts'

// Spacers and tracking pixels have a side of one pixel, some have two or three.
const PIXEL = 3
// Icons of social networks, emoji as pictures.
const ICON = 48
// A logo beneath a signature; a screenshot there would be larger.
const LOGO_HEIGHT = 100
const LOGO_BYTES = 10_240
// Beyond that many a picture's place in the text is not looked for.
const MAX_PICTURES = 500

const image = /<img\b[^<>]{0,4000}>/gi
const source = /\bsrc\s*=\s*["']?\s*cid:([^"'\s>]+)/i

/** Sets `isInline` and `isDecoration`. */
export function markPictures(parts: MailPart[], html: string | null, subject: string): void {
  const referred = html === null ? new Set<string>() : cidsIn(html)
  for (const part of parts) part.isInline = part.cid !== null && referred.has(part.cid.toLowerCase())
  for (const part of parts) part.isDecoration ||= isPixel(part)
  if (html === null || !parts.some(mayBeLogo)) return
  const places = placesOf(html, subject)
  for (const part of parts) {
    const cid = part.cid?.toLowerCase() ?? ''
    const isBelow = places.folded.has(cid) || (places.belowClosing.has(cid) && isSmall(part))
    part.isDecoration ||= mayBeLogo(part) && (isIcon(part) || isBelow || isRepeated(part, parts))
  }
}

function cidsIn(html: string): Set<string> {
  return new Set([...html.matchAll(/\bcid:([^"'\s>)<]{1,500})/gi)].map(match => plain(match[1] ?? '')))
}

function plain(cid: string): string {
  const text = cid.replaceAll('&amp;', '&')
  try {
    return decodeURIComponent(text).toLowerCase()
  } catch {
    return text.toLowerCase()
  }
}

const isPicture = ({ contentType }: MailPart): boolean => contentType.startsWith('image/')

function isPixel(part: MailPart): boolean {
  const size = isPicture(part) ? pictureSize(part.content) : null
  if (size === null || size.width === 0 || size.height === 0) return false
  return size.width <= PIXEL || size.height <= PIXEL
}

function isIcon(part: MailPart): boolean {
  const size = pictureSize(part.content)
  return size !== null && size.width <= ICON && size.height <= ICON
}

const isLow = (part: MailPart): boolean =>
  (pictureSize(part.content)?.height ?? Number.POSITIVE_INFINITY) <= LOGO_HEIGHT
const isSmall = (part: MailPart): boolean => part.size <= LOGO_BYTES && isLow(part)

/** Each reply of a conversation brings its author's logo along again. */
const isRepeated = (part: MailPart, parts: MailPart[]): boolean =>
  isSmall(part) && parts.slice(0, MAX_PICTURES).some(other => other !== part && other.content.equals(part.content))

const mayBeLogo = (part: MailPart): boolean =>
  part.isInline && !part.isDecoration && isPicture(part) && (part.size <= LOGO_BYTES || isLow(part))

interface Places {
  /** Pictures in signatures and quotations only. */
  folded: Set<string>
  /** Pictures beneath "Best regards", where the signature was not told from the rest. */
  belowClosing: Set<string>
}

/** The HTML's text is folded with marks in the places of its pictures. */
function placesOf(html: string, subject: string): Places {
  const cids: string[] = []
  const marked = html.replace(image, tag => {
    const cid = source.exec(tag)?.[1]
    if (cid === undefined || cids.length >= MAX_PICTURES) return tag
    cids.push(plain(cid))
    return ` picture-${cids.length - 1}-mark `
  })
  const { visible, folded } = foldText(textOfHtml(marked), subject)
  const [above, below] = aroundClosing(visible)
  return {
    folded: without(marksIn(folded, cids), marksIn(visible, cids)),
    belowClosing: without(marksIn(below, cids), marksIn(above, cids)),
  }
}

const closing = new RegExp(`^(?:${oneOf(greetings)})(?:[\\s,.!]|$)`, 'iu')

/** What stands under the last "Best regards" is a signature, as long as it is short lines and announces nothing ("See here:"). */
function aroundClosing(text: string): [string, string] {
  const lines = text.split('\n')
  const at = lines.findLastIndex(line => line.length < 80 && closing.test(line.trim()))
  const below = lines.slice(at + 1)
  const isSignature = at >= 0 && below.length < 60 && !below.some(line => line.length > 120 || /:\s*$/.test(line))
  return isSignature ? [lines.slice(0, at).join('\n'), below.join('\n')] : [text, '']
}

const marksIn = (text: string, cids: string[]): Set<string> =>
  new Set([...text.matchAll(/picture-(\d{1,3})-mark/g)].map(match => cids[Number(match[1])] ?? ''))

const without = (some: Set<string>, others: Set<string>): Set<string> =>
  new Set([...some].filter(cid => !others.has(cid)))
