// By which elements and attributes mail programs mark quotations, signatures and what nobody is to see.

export type Attributes = Readonly<Record<string, string>>

const unseen = new Set([
  'style',
  'script',
  'title',
  'template',
  'noscript',
  'object',
  'svg',
  'math',
  'audio',
  'video',
  'iframe',
  'xml',
  'select',
  'datalist',
  'head:link',
])

const styleOf = (attributes: Attributes): string =>
  (attributes.style ?? '').slice(0, 2000).toLowerCase().replace(/\s/g, '')
const classesOf = (attributes: Attributes): string => ` ${(attributes.class ?? '').slice(0, 500).toLowerCase()} `

/** Preheaders of newsletters among others. */
export function isHidden(name: string, attributes: Attributes): boolean {
  if (unseen.has(name) || 'hidden' in attributes) return true
  const style = styleOf(attributes)
  return (
    /(?:^|;)display:none/.test(style) ||
    /mso-hide:all/.test(style) ||
    /max-height:0(?:px)?;.*overflow:hidden|overflow:hidden;.*max-height:0(?:px)?(?:;|$)/.test(style)
  )
}

/** A blockquote without a line at its side is an indentation, as Gmail's and Outlook's buttons make them. */
export function isQuotation(name: string, attributes: Attributes): boolean {
  if (name !== 'blockquote') return isQuoteBox(attributes)
  if (
    /cite/i.test(attributes.type ?? '') ||
    'cite' in attributes ||
    / (?:gmail_quote|protonmail_quote|moz-\S+) /.test(classesOf(attributes))
  )
    return true
  return !/border(?:-left)?:(?:none|0|medium none)/.test(styleOf(attributes))
}

/** Boxes around a whole earlier mail, attribution included: Yahoo, GMX and web.de, Proton, Tuta, Zoho and others. */
export const isQuoteBox = (attributes: Attributes): boolean =>
  / (?:\S*yahoo_quoted|yahooquoted|protonmail_quote|tutanota_quote|zmail_extra|zmail_extra_hr|replyquote|mail_quote|quoted-text-box) /.test(
    classesOf(attributes),
  ) ||
  /^(?:yahoo_quoted\w{0,40}|quote|mail-editor-reference-message-container)$/i.test(attributes.id ?? '') ||
  (attributes.name ?? '').toLowerCase() === 'quote'

/** Around attribution and quotation, where the quotation itself is marked inside. */
export const isQuoteFrame = (attributes: Attributes): boolean =>
  / (?:x_)?(?:gmail_quote|gmail_quote_container|gmail_attr|gmail_extra|moz-cite-prefix) /.test(classesOf(attributes))

/** From here on it is the earlier mail: Outlook on the web and on phones, and the line of Outlook for Windows and Mac. */
export function isSeparator(name: string, attributes: Attributes): boolean {
  if (/^(?:x_)?(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling)$/i.test(attributes.id ?? ''))
    return true
  if (name !== 'div' && name !== 'span') return false
  return /^border:none;border-top:solid#?[a-z0-9]+1\.0pt;padding:3\.0pt0(?:cm|in|mm|pt)0/.test(styleOf(attributes))
}

export const isSignature = (attributes: Attributes): boolean =>
  / (?:moz-signature|gmail_signature|gmail_signature_prefix|protonmail_signature_block|signature-container) /.test(
    classesOf(attributes),
  ) || /^(?:signature|ms-outlook-mobile-signature|appleMailSignature)$/i.test(attributes.id ?? '')

/** A paragraph of Word has no space below it. */
export const isTight = (attributes: Attributes): boolean =>
  /^ mso|msonormal|msoplaintext/.test(classesOf(attributes)) ||
  /margin(?:-bottom)?:0(?:px|pt|cm|in)?(?:;|$|0)/.test(styleOf(attributes))
