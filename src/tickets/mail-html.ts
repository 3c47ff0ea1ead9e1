// The HTML of a mail as it may stand on our pages: an allow-list, without styles, scripts, or anything that loads by itself.
import sanitize from 'sanitize-html'
import { withoutUnwanted } from '../lib/clean-text.ts'

export interface Pictures {
  /** The address of a picture that came with the mail, by its `Content-ID`; null where it cannot be shown. */
  placed(cid: string): string | null
  /** What stands for a picture that lies elsewhere: its address tells the sender when it is read, so it is only a link. */
  remoteLabel: string
}

const options: sanitize.IOptions = {
  allowedTags: [
    ...['p', 'div', 'br', 'hr', 'blockquote', 'pre', 'ul', 'ol', 'li', 'dl', 'dt', 'dd'],
    ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th'],
    ...['span', 'b', 'strong', 'i', 'em', 'u', 's', 'del', 'ins', 'code', 'kbd', 'sub', 'sup', 'small', 'a', 'img'],
  ],
  allowedAttributes: {
    a: ['href', 'rel'],
    img: ['src', 'alt'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  // Whatever stands in them is no text.
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'head', 'xml', 'svg', 'math'],
  nestingLimit: 60,
}
/** A heading of a mail is none of our page. */
const plain = Object.fromEntries(
  ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(name => [name, sanitize.simpleTransform('p', {})]),
)

export function mailHtml(html: string, { placed, remoteLabel }: Pictures): string {
  const clean = sanitize(html, {
    ...options,
    transformTags: {
      ...plain,
      a: (tagName, { href }) => ({
        tagName,
        attribs: { ...(href ? { href } : {}), rel: 'nofollow noopener noreferrer' },
      }),
      img: (tagName, { src = '', alt = '' }) => picture(tagName, src.trim(), alt),
    },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !attribs.src && !attribs.href,
  })
  return withoutUnwanted(clean)
    .replace(/<br \/>(?:\s*<br \/>){2,}/g, '<br /><br />')
    .trim()

  function picture(tagName: string, src: string, alt: string): sanitize.Tag {
    const cid = /^cid:(.+)$/i.exec(src)?.[1]
    const url = cid ? placed(decoded(cid)) : null
    if (url) return { tagName, attribs: { src: url, alt } }
    if (!/^https?:\/\//i.test(src) || isPixel(alt)) return { tagName, attribs: {} }
    const attribs = { href: src, rel: 'nofollow noopener noreferrer' }
    return { tagName: 'a', attribs, text: `${remoteLabel}${alt ? `: ${alt}` : ''}` }
  }
}

/** Pictures of one pixel count readers; they have nothing to say, and no name. */
const isPixel = (alt: string): boolean => alt.trim() === ''

function decoded(cid: string): string {
  try {
    return decodeURIComponent(cid)
  } catch {
    return cid
  }
}
