import { withoutUnwanted } from './clean-text.ts'

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Plain text as it may stand in HTML, between tags and in attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => entities[character] ?? '')

/** Whatever a view writes. What was typed comes back here as it was sent, and no page may hold a NUL. */
export const shownInHtml = (value: unknown): string => escapeHtml(withoutUnwanted(String(value)))

// A web or mail address in running text. Every part of the pattern consumes on its own, so a long line costs linear
// time; the host's length is bounded for the same reason.
const link = /\bhttps?:\/\/[^\s<>"'`]+|\b[\w.+-]{1,64}@[a-z\d](?:[a-z\d-]{0,62}\.)+[a-z]{2,24}\b/gi

/** Plain text as HTML on one line: escaped, web and mail addresses as links. */
export function linkified(text: string, attributes = ''): string {
  let html = ''
  let end = 0
  for (const match of text.matchAll(link)) {
    const found = withoutTail(match[0])
    html += escapeHtml(text.slice(end, match.index)) + anchor(found, attributes)
    end = match.index + found.length
  }
  return html + escapeHtml(text.slice(end))
}

/** Plain text of many lines as HTML: blank lines part paragraphs; other line breaks and indentation are kept. */
export function paragraphs(text: string, paragraph = '<p>', attributes = ''): string {
  const blocks = text.split(/\n(?:[^\S\n]*\n)+/).filter(block => block.trim() !== '')
  return blocks.map(block => `${paragraph}${lines(linkified(block, attributes))}</p>`).join('\n')
}

const lines = (html: string): string =>
  html.replace(/^ +/gm, indent => '&nbsp;'.repeat(indent.length)).replaceAll('\n', '<br>')

function anchor(found: string, attributes: string): string {
  const isWeb = /^https?:/i.test(found)
  if (isWeb && !URL.canParse(found)) return escapeHtml(found)
  const rel = isWeb ? ' rel="nofollow noopener noreferrer"' : ''
  return `<a href="${escapeHtml(isWeb ? found : `mailto:${found}`)}"${rel}${attributes}>${escapeHtml(found)}</a>`
}

/** What ends the sentence does not belong to the address; a bracket does where the address opened it. */
function withoutTail(found: string): string {
  const tail = found.includes('(') ? /[.,;:!?*_\]}]/ : /[.,;:!?*_)\]}]/
  let end = found.length
  while (tail.test(found.charAt(end - 1))) end -= 1
  return found.slice(0, end)
}
